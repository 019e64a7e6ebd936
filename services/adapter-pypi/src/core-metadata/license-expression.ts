import spdxExceptions from 'spdx-exceptions/index.json' with { type: 'json' };
import parse from 'spdx-expression-parse';
import deprecatedLicenses from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import licenses from 'spdx-license-ids/index.json' with { type: 'json' };

const maxExpressionCharacters = 1024;
const operators = new Map(['and', 'or', 'with'].map((word) => [word, word.toUpperCase()]));
const licenseIds = byLowerCase([...licenses, ...deprecatedLicenses]);
const exceptionIds = byLowerCase(spdxExceptions);
const reference = /^licenseref-(?<id>[a-z0-9.-]+)$/i;

/**
 * A license expression in its canonical spelling (PEP 639, SPDX 2.3 annex D): identifiers of the SPDX list in their own case,
 * operators in upper case. Undefined for what is none, or names a license that the list does not have.
 */
export function canonicalLicenseExpression(text: string): string | undefined {
  if (text.length > maxExpressionCharacters) return undefined;
  const words = text.replaceAll(/[()]/g, ' $& ').trim().split(/\s+/);
  const canonical = words.map((word, index) => canonicalWord(word, words[index - 1]));
  if (canonical.includes(undefined)) return undefined;
  const expression = canonical.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
  try {
    parse(expression);
    return expression;
  } catch {
    return undefined;
  }
}

function canonicalWord(word: string, previous: string | undefined): string | undefined {
  if (word === '(' || word === ')') return word;
  const lower = word.toLowerCase();
  const operator = operators.get(lower);
  if (operator !== undefined) return operator;
  if (previous?.toLowerCase() === 'with') return exceptionIds.get(lower);
  const id = reference.exec(word)?.groups?.['id'];
  if (id !== undefined) return `LicenseRef-${id}`;
  return lower.endsWith('+') ? plus(licenseIds.get(lower.slice(0, -1))) : licenseIds.get(lower);
}

function plus(id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${id}+`;
}

function byLowerCase(ids: readonly string[]): ReadonlyMap<string, string> {
  return new Map(ids.map((id) => [id.toLowerCase(), id]));
}
