import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { parseLeakReport } from './leak-report.schema.js';
import { parsePartnerKeys } from './partner-signature.rules.js';

describe('a report of leaked tokens', () => {
  it('keeps what has the checksum of ours, each once, and where it was', () => {
    const token = newTokenText();
    const other = newTokenText();
    const wrong = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`;
    expect(parseLeakReport({ token: ` ${token}\n`, url: 'https://a.example' }).leaks).toEqual([
      { token, foundIn: 'https://a.example' },
    ]);
    expect(parseLeakReport({ tokens: [token, { token }, wrong, 'x'], source: 'paste' }).leaks).toEqual([
      { token, foundIn: 'paste' },
    ]);
    const list = [{ token: other, type: 'waybill', url: null, source: 'commit', more: 1 }];
    expect(parseLeakReport(list)).toEqual({ form: 'partner', leaks: [{ token: other, foundIn: 'commit' }] });
  });

  it('says where on one bounded line without the token (W6)', () => {
    const token = newTokenText();
    const [leak] = parseLeakReport({ token, url: `https://a.example/?t=${token}\u0000\n${'x'.repeat(1900)}` }).leaks;
    expect(leak?.foundIn).not.toContain(token);
    expect(leak?.foundIn).toMatch(/^https:\/\/a\.example\/\?t=wb-\*{3} x{900,}$/);
    expect(leak?.foundIn.length).toBeLessThanOrEqual(1000);
  });

  it.each([[[]], [null], ['text'], [{}], [{ tokens: [] }], [{ token: 1 }], [[{ token: 'x' }]]])('is not %j', (body) => {
    expect(() => parseLeakReport(body)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('is signed by keys of P-256 only', () => {
    expect(parsePartnerKeys('').size).toBe(0);
    for (const text of ['name', 'name=AAAA', '=x', 'a=b=c']) expect(() => parsePartnerKeys(text)).toThrow();
  });
});
