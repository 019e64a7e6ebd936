import { validRange } from '@renovatebot/pep440';

const maxSpecifierCharacters = 1024;
const prefixMatch = /\.\*$/;
// A prefix has a release only: no pre-release, nothing behind it (PEP 440 "Version matching").
const wholePrefixMatch = /^(?:==|!=)\s*v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*\.\*$/i;

/**
 * Whether a text is a set of version specifiers (PEP 440 "Version specifiers"): `>=3.8, !=3.9.*`; also the empty set, and as
 * `packaging` reads them with a comma too many.
 */
export function isSpecifierSet(text: string): boolean {
  if (text.length > maxSpecifierCharacters) return false;
  return text
    .split(',')
    .map((specifier) => specifier.trim())
    .filter((specifier) => specifier !== '')
    .every(isSpecifier);
}

function isSpecifier(text: string): boolean {
  if (prefixMatch.test(text) && !text.startsWith('===')) return wholePrefixMatch.test(text);
  return validRange(text);
}
