import canonicalize from 'canonicalize';

/**
 * The one way to write a JSON value (RFC 8785): what is hashed is the same text for everybody. Throws a TypeError for what is
 * no JSON.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('This value cannot be written as JSON.');
  return text;
}
