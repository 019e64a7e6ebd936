import { describe, expect, it } from 'vitest';
import { isFromOwnForm } from './own-form.rules.js';

const here = 'https://waybill.example';

describe('a form of our own page (W2)', () => {
  it.each([
    [{ origin: here, 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: here }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{}, false],
    [{ origin: 'null' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'https://waybill.example.evil.example' }, false],
    [{ origin: 'http://waybill.example' }, false],
    [{ origin: here, 'sec-fetch-site': 'cross-site' }, false],
    [{ origin: here, 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
  ])('%o: %s', (headers, expected) => {
    expect(isFromOwnForm(headers, here)).toBe(expected);
  });
});
