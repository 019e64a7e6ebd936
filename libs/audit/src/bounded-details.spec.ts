import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { boundedDetails } from './bounded-details.js';

describe('the details of an audited event', () => {
  it('are what was given', () => {
    const details = { name: 'acme', count: 3, nothing: null, list: ['a', { b: 1 }] };
    expect(boundedDetails(details)).toEqual(details);
  });

  it('leave out what is too large and name it, so that no change fails for its audit (W9)', () => {
    const details = boundedDetails({ small: 1, large: 'x'.repeat(10_000) });
    expect(details).toEqual({ small: 1, omitted: ['large'] });
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'y'.repeat(1000)]));
    expect(JSON.stringify(boundedDetails(many)).length).toBeLessThan(40_000);
  });

  it('carry no token, whoever put one there (W6)', () => {
    const token = newTokenText();
    expect(JSON.stringify(boundedDetails({ note: `found ${token}`, deep: [{ token }] }))).not.toContain(token);
  });

  it('can be stored: no U+0000 and no lone surrogate', () => {
    expect(boundedDetails({ text: 'a\u0000b\ud800c', in: { 'k\u0000': '\\u0000 😀\n"' } })).toEqual({
      text: 'a\ufffdb\ufffdc',
      in: { 'k\ufffd': '\\u0000 😀\n"' },
    });
  });
});
