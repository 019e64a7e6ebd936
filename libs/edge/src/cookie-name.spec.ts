import { describe, expect, it } from 'vitest';
import { cookieNameAt, setCookieAt } from './cookie-name.js';

const cookie = { name: 'waybill_x', value: 'v', maxAgeSeconds: 60, sameSite: 'Lax' } as const;

describe('a cookie of an installation (W2)', () => {
  it('is one that nobody else in its domain can plant, where the installation is encrypted', () => {
    expect(cookieNameAt('https://waybill.example', 'waybill_x')).toBe('__Host-waybill_x');
    expect(setCookieAt('https://waybill.example/behind/a/prefix', cookie)).toBe(
      '__Host-waybill_x=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
    );
  });

  it('works at http://localhost as well', () => {
    expect(cookieNameAt('http://localhost:8080', 'waybill_x')).toBe('waybill_x');
    expect(setCookieAt('http://localhost:8080', cookie)).toBe(
      'waybill_x=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax',
    );
  });
});
