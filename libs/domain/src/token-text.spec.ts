import { describe, expect, it } from 'vitest';
import { hashToken, isTokenText, newTokenText, tokenTextPattern } from './token-text.js';

describe('the text of a token (W6)', () => {
  it('has the prefix, only letters, digits and hyphens, and a checksum that a typo breaks', () => {
    const text = newTokenText();
    expect(text).toMatch(/^wb-[0-9A-Za-z]{46}$/);
    expect(isTokenText(text)).toBe(true);
    const typo = text.slice(0, 10) + (text[10] === 'a' ? 'b' : 'a') + text.slice(11);
    expect(isTokenText(typo)).toBe(false);
  });

  it('is found in a file by its pattern', () => {
    const text = newTokenText();
    expect(`//registry/:_authToken=${text}\n`.match(tokenTextPattern)).toEqual([text]);
  });

  it('is stored as its sha256', () => {
    expect(hashToken(newTokenText())).toMatch(/^[0-9a-f]{64}$/);
  });
});
