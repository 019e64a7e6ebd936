import { IS_ISO8601, isISO8601, ValidateBy } from 'class-validator';

const shape = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A day or a moment of ISO 8601 that `new Date` reads (RFC 3339, and shorter). ISO 8601 also has weeks and numbers of days
 * (`2026-W05-1`, `2026-200`), which `Date` makes nothing of, and a database refuses.
 */
export function IsMoment(): PropertyDecorator {
  // Its name is that of the validator of ISO 8601, so that documentation describes it like that one.
  return ValidateBy({
    name: IS_ISO8601,
    validator: {
      validate: isMoment,
      defaultMessage: () => '$property is no moment like 2026-11-21 or 2026-11-21T19:10:19Z',
    },
  });
}

function isMoment(value: unknown): boolean {
  return typeof value === 'string' && shape.test(value) && isISO8601(value, { strict: true, strictSeparator: true });
}
