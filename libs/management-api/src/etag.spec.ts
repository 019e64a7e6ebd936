import { describe, expect, it } from 'vitest';
import { etagOf, requireMatch } from './etag.js';

function ifMatch(header: string | undefined) {
  return { headers: header === undefined ? {} : { 'if-match': header } };
}

describe('a change that names the version it is made to (RFC 9110, 13.1.1)', () => {
  it.each([
    ['none', undefined],
    ['the current one', '"7"'],
    ['the current one among others', ' "6" ,, "7"'],
    ['any', '*'],
  ])('goes on with %s', (_what, header) => {
    expect(() => {
      requireMatch(ifMatch(header), 7);
    }).not.toThrow();
  });

  it.each([
    ['an older one', '"6"'],
    ['a weak one', 'W/"7"'],
    ['one that only holds the current', '"77"'],
  ])('is refused with %s', (_what, header) => {
    expect(() => {
      requireMatch(ifMatch(header), 7);
    }).toThrow(expect.objectContaining({ code: 'etag.stale', kind: 'precondition-failed', status: 412 }));
  });

  it.each(['7', '"7', '', ' ', '"7" "8"', 'w/"7"', `"${'a'.repeat(3000)}"`])('is not read from %j', (header) => {
    expect(() => {
      requireMatch(ifMatch(header), 7);
    }).toThrow(expect.objectContaining({ code: 'etag.malformed', status: 400 }));
  });

  it('knows a version by any text', () => {
    const version = 'ü "x"';
    expect(etagOf(version)).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
    expect(() => {
      requireMatch(ifMatch(etagOf(version)), version);
    }).not.toThrow();
  });
});
