import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import {
  newRecoveryCodes,
  newTwoFactorSecret,
  otpauthUri,
  parseCode,
  shownSecret,
  stepOfCode,
} from './two-factor.rules.js';

describe('a code of an authenticator', () => {
  // RFC 6238, appendix B, cut to six digits.
  const secret = Buffer.from('12345678901234567890');

  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [20_000_000_000, '353130'],
  ])('is the one of RFC 6238 at %i', (seconds, code) => {
    expect(stepOfCode(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('is good for one step more and one less, and named by its own step, so that it is known again (W7)', () => {
    const step = 1_000_000;
    for (const off of [-1, 0, 1]) expect(stepOfCode(secret, codeAt(secret, step), (step + off) * 30_000)).toBe(step);
    for (const off of [-2, 2]) expect(stepOfCode(secret, codeAt(secret, step), (step + off) * 30_000)).toBeUndefined();
  });

  it.each(['123 456', '123-456', ' 123456\n', '１２３４５６', '12\u200b3456', '123–456'])(
    'is one code in every spelling: %j (W7)',
    (text) => {
      expect(parseCode(text)).toEqual({ kind: 'totp', digits: '123456' });
    },
  );

  it.each(['', '12345', '1234567', '12345a', 'x'.repeat(1000), '١٢٣٤٥٦'])('is not %j', (text) => {
    expect(parseCode(text)).toBeUndefined();
  });

  it('comes from a secret that the installation and the authenticator read alike', () => {
    const made = newTwoFactorSecret();
    const uri = new URL(otpauthUri(made, { username: 'ada', installation: 'waybill.example' }));
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.searchParams.get('secret')).toBe(shownSecret(made));
    const app = new TOTP({ secret: Secret.fromBase32(shownSecret(made)) });
    expect(stepOfCode(made, app.generate({ timestamp: 0 }), 0)).toBe(0);
  });
});

describe('recovery codes', () => {
  it('are ten different ones of which only hashes are kept', () => {
    const { codes, hashes } = newRecoveryCodes();
    expect(new Set([...codes, ...hashes]).size).toBe(20);
    expect(codes).toHaveLength(10);
    expect(codes[0]).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  it('are known in every spelling (W7)', () => {
    const { codes, hashes } = newRecoveryCodes();
    const code = codes[0] ?? '';
    const spellings = [
      code,
      code.toLowerCase(),
      code.replaceAll('-', ''),
      ` ${code.replaceAll('0', 'o').replaceAll('1', 'l')}`,
    ];
    for (const spelling of spellings) expect(parseCode(spelling)).toEqual({ kind: 'recovery', hash: hashes[0] });
  });
});

function codeAt(secret: Buffer, step: number): string {
  return new TOTP({ secret: Secret.fromLatin1(secret.toString('latin1')) }).generate({ timestamp: step * 30_000 });
}
