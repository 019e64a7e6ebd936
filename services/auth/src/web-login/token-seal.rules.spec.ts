import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { openToken, sealToken } from './token-seal.rules.js';

describe('a sealed token (W6)', () => {
  const token = newTokenText();
  const pollSecret = newTokenText();

  it('is opened by the secret that it was sealed for, and shows nothing of itself', () => {
    const sealed = sealToken(token, pollSecret);
    expect(openToken(sealed, pollSecret)).toBe(token);
    expect(sealed.toString('latin1')).not.toContain(token.slice(3, 20));
    expect(sealToken(token, pollSecret).equals(sealed)).toBe(false);
  });

  it('is nothing for another secret, cut short or changed', () => {
    const sealed = sealToken(token, pollSecret);
    expect(openToken(sealed, newTokenText())).toBeUndefined();
    expect(openToken(sealed.subarray(0, 20), pollSecret)).toBeUndefined();
    expect(openToken(Buffer.alloc(0), pollSecret)).toBeUndefined();
    const changed = Buffer.from(sealed);
    changed[30] = (changed[30] ?? 0) ^ 1;
    expect(openToken(changed, pollSecret)).toBeUndefined();
  });
});
