import { ValidateIf } from 'class-validator';

/**
 * A field that may be left out, and is checked when it is there: also when it is `null`, which `@IsOptional()` lets
 * through. That one stays for fields that `null` empties (RFC 7396).
 */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_body: object, value: unknown) => value !== undefined);
}
