import { describe, expect, it } from 'vitest';
import { hashWebLoginId, isWebLoginId, newWebLoginId, shortCode, webLoginPath } from './web-login-id.rules.js';

describe('the address of a web login', () => {
  it('is another each time, and begins with the code that people compare', () => {
    const ids = Array.from({ length: 1000 }, newWebLoginId);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every(isWebLoginId)).toBe(true);
    const [id = newWebLoginId()] = ids;
    expect(shortCode(id)).toMatch(/^[0-9A-Z]{8}$/);
    expect(webLoginPath(id)).toBe(`/login/${id}`);
    expect(webLoginPath(id).startsWith(`/login/${shortCode(id)}-`)).toBe(true);
    expect(hashWebLoginId(id)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    '',
    'x',
    `AAAAAAAA-${'A'.repeat(23)}`,
    `AAAAAAAA-${'A'.repeat(24)}\n`,
    `aaaaaaaa-${'a'.repeat(24)}`,
    `AAAAAAAA-${'I'.repeat(24)}`,
  ])('is not %j', (text) => {
    expect(isWebLoginId(text)).toBe(false);
  });
});
