import { describe, expect, it } from 'vitest';
import {
  endedSessionCookie,
  hashSession,
  isFromOurPage,
  newSessionSecret,
  sessionCookie,
} from './session-cookie.rules.js';

describe('the session cookie (W2)', () => {
  it('is for this host, for no script and for no other site', () => {
    const secret = newSessionSecret();
    expect(sessionCookie(secret, 'http://localhost:8080', 60)).toBe(
      `waybill_session=${secret}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict`,
    );
    expect(endedSessionCookie('http://localhost:8080')).toContain('waybill_session=; Path=/; Max-Age=0');
  });

  it('is secure where the installation is, and planted by no neighbour in the domain', () => {
    expect(sessionCookie(newSessionSecret(), 'https://waybill.example', 60)).toMatch(/^__Host-.*; Path=\/;.*; Secure$/);
  });

  it('has 256 random bits, of which the hash does not remind (W6)', () => {
    const secret = newSessionSecret();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(hashSession(secret)).toMatch(/^[0-9a-f]{64}$/);
    expect(newSessionSecret()).not.toBe(secret);
  });

  it('is not given to a form on another site', () => {
    expect(isFromOurPage(undefined, 'https://waybill.example')).toBe(true);
    expect(isFromOurPage('https://waybill.example', 'https://waybill.example')).toBe(true);
    expect(isFromOurPage('https://waybill.example.evil', 'https://waybill.example')).toBe(false);
    expect(isFromOurPage('http://waybill.example', 'https://waybill.example')).toBe(false);
    expect(isFromOurPage('null', 'https://waybill.example')).toBe(false);
  });
});
