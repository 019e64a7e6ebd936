import type { IncomingHttpHeaders } from 'node:http';

const maxValueLength = 256;
const maxNames = 8;

/** Of these the gateway itself makes sense: the coding it chooses, and who asks is decided on for every request anew. */
const ownNames = new Set(['accept-encoding', 'authorization', 'cookie']);

/**
 * The request header fields, lower-case and sorted, by which answers under one target differ (RFC 9110, 12.5.5), without
 * those that are the gateway's business. `undefined`: they differ by more than a header field, so that none can be kept.
 */
export function variantNames(
  vary: string | string[] | undefined,
  credentialNames: ReadonlySet<string>,
): readonly string[] | undefined {
  const names = [vary ?? []]
    .flat()
    .join(',')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !ownNames.has(name) && !credentialNames.has(name));
  const distinct = [...new Set(names)].sort();
  return distinct.includes('*') || distinct.length > maxNames ? undefined : distinct;
}

/** What a request has under these names; `undefined` when a value is too long to be told apart from others cheaply. */
export function variantValues(headers: IncomingHttpHeaders, names: readonly string[]): readonly string[] | undefined {
  const values: string[] = [];
  for (const name of names) {
    const value = headers[name];
    const text = value === undefined ? '' : typeof value === 'string' ? value : value.join(', ');
    if (text.length > maxValueLength) return undefined;
    values.push(text);
  }
  return values;
}

/** The same comparison without making anything: it is made for every request. */
export function hasVariantValues(
  headers: IncomingHttpHeaders,
  names: readonly string[],
  values: readonly string[],
): boolean {
  for (let index = 0; index < names.length; index += 1) {
    const value = headers[names[index] ?? ''];
    const text = value === undefined ? '' : typeof value === 'string' ? value : value.join(', ');
    if (text !== values[index]) return false;
  }
  return true;
}
