import { DomainError, packagePurl } from '@waybill/domain';

const ecosystem = /^[a-z][a-z0-9.-]{0,49}$/;
/** What names of packages are made of in any ecosystem. */
const beginning = /^(?:[A-Za-z0-9@._~!-]+\/)*[A-Za-z0-9@._~!-]*$/;
const maxPatternLength = 200;
/** Stands for the rest of a name, so that its beginning is brought to the canonical form of its ecosystem. */
const rest = 'x';

/**
 * How the purls begin that a pattern of names reaches: `npm/@acme/*` → `pkg:npm/%40acme/`, `maven/com.acme/*` →
 * `pkg:maven/com.acme/`, `pypi/Acme_*` → `pkg:pypi/acme-`, `npm/*` → `pkg:npm/`. One star, at the end. Errors: `invalid`
 * `grant.pattern`.
 */
export function purlPrefixOf(pattern: string): string {
  const slash = pattern.indexOf('/');
  const type = pattern.slice(0, slash);
  const names = pattern.slice(slash + 1, -1);
  const isUsable = slash > 0 && pattern.endsWith('*') && pattern.length <= maxPatternLength;
  if (!isUsable || !ecosystem.test(type) || !beginning.test(names)) throw malformed();
  const namespace = names.slice(0, Math.max(0, names.lastIndexOf('/')));
  const name = names.slice(names.lastIndexOf('/') + 1) + rest;
  try {
    const purl = packagePurl({ ecosystem: type, name, ...(namespace === '' ? {} : { namespace }) });
    return purl.slice(0, -rest.length);
  } catch (error) {
    throw malformed(error);
  }
}

/** The pattern whose purls begin so. */
export function patternOf(purlPrefix: string): string {
  return `${decodeURIComponent(purlPrefix.slice('pkg:'.length))}*`;
}

function malformed(cause?: unknown): DomainError {
  const message = 'A pattern is an ecosystem and how names begin, with one star at the end: npm/@acme/*, pypi/acme-*.';
  return new DomainError('invalid', 'grant.pattern', message, {
    cause,
    details: { errors: [{ field: 'body.on.pattern', code: 'grant.pattern', message }] },
  });
}
