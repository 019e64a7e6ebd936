import { newTokenText } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropStrayTokens, findForeignBearer } from './find-credential.js';

const head = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvOmFjbWUvbGVmdC1wYWQifQ';
const base64url = fc.stringMatching(/^[\w-]{0,300}$/);
/** Text that looks like a token but for its checksum, whatever follows. */
const lookalike = fc.stringMatching(/^(wb|WB|Wb)-[0-9A-Za-z]{40,80}$/);
const ours = fc.nat().map(() => newTokenText());

const bearerOf = (text: string) => findForeignBearer({ authorization: `Bearer ${text}` });
const isKept = (text: string) => {
  const headers = { 'x-signature': text };
  dropStrayTokens(headers);
  return 'x-signature' in headers;
};

describe('the token of somebody else', () => {
  it('is handed on with whatever its signature looks like by chance', () => {
    fc.assert(
      fc.property(base64url, lookalike, base64url, (before, middle, after) => {
        for (const idToken of [`${head}.${before}`, `${head}.${before}${middle}${after}`]) {
          expect(bearerOf(idToken)).toBe(idToken);
          expect(isKept(idToken)).toBe(true);
        }
      }),
    );
  });

  it('is not handed on with one of ours anywhere in it, whatever is around that (W6)', () => {
    fc.assert(
      fc.property(base64url, fc.option(lookalike, { nil: '' }), ours, base64url, (before, like, token, after) => {
        for (const form of [token, token.replace('-', '%2d'), token.replace('-', '%2D'), token.replace('wb', 'WB')]) {
          const text = `${head}.${before}${like}${form}${after}`;
          expect(bearerOf(text)).toBeUndefined();
          expect(isKept(text)).toBe(false);
        }
      }),
    );
  });

  it('is not handed on where one of ours begins in what looks like another', () => {
    const token = newTokenText();
    const text = `wb-${'a'.repeat(44)}${token}`;
    expect(bearerOf(text)).toBeUndefined();
    expect(isKept(text)).toBe(false);
  });
});
