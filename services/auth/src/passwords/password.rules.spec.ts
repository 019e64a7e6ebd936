import { describe, expect, it } from 'vitest';
import { bcryptInput, requireAcceptablePassword } from './password.rules.js';

describe('the rules of passwords', () => {
  it('takes 12 to 128 characters, whatever they are', () => {
    for (const password of ['twelve chars', 'x'.repeat(128), '🦆'.repeat(12), 'pässwörter sind lang']) {
      expect(() => requireAcceptablePassword(password)).not.toThrow();
    }
    for (const password of ['', 'eleven char', 'x'.repeat(129), '🦆'.repeat(11)]) {
      expect(() => requireAcceptablePassword(password)).toThrow('12 to 128');
    }
  });

  it('does not repeat the password in its error (W6)', () => {
    expect(() => requireAcceptablePassword('canary')).not.toThrow(/canary/);
  });

  it('gives bcrypt no more than the 72 bytes that it reads, and tells long passwords apart', () => {
    const long = 'x'.repeat(120);
    expect(Buffer.byteLength(bcryptInput(long))).toBe(64);
    expect(bcryptInput(`${long}1`)).not.toBe(bcryptInput(`${long}2`));
    expect(bcryptInput('before\0after one')).not.toBe(bcryptInput('before\0after two'));
  });

  it('reads the same password from two keyboards', () => {
    expect(bcryptInput('u\u0308ber den wolken')).toBe(bcryptInput('\u00fcber den wolken'));
  });
});
