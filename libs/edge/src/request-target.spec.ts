import { describe, expect, it } from 'vitest';
import { checkTarget, pathOf } from './request-target.js';

describe('the request target (W5)', () => {
  it.each([
    '/',
    '/npm/main/@acme%2fa',
    '/npm/main/@acme%2Fa',
    '/a+b',
    '/a%25b',
    '/a//b',
    '/a..b',
    '/a%2e%2eb',
    '/...',
    '/a;b=c',
    '/a?a=b%20c&d=../e%0a',
  ])('lets %s pass', (target) => {
    expect(() => {
      checkTarget(target);
    }).not.toThrow();
  });

  it.each([
    'a',
    'http://elsewhere/',
    '*',
    '/a/../b',
    '/a/..',
    '/./a',
    '/a/%2e%2E/b',
    '/a/.%2e',
    '/@acme%2f..%2fb',
    '/a\\b',
    '/a%5cb',
    '/a%00',
    '/a%0d%0ab',
    '/a\u0000',
    '/a b',
    '/a#b',
    '/\u00e9',
  ])('refuses %j', (target) => {
    expect(() => {
      checkTarget(target);
    }).toThrow(expect.objectContaining({ code: 'target.malformed' }));
  });

  it('refuses what is too long', () => {
    expect(() => {
      checkTarget(`/${'a'.repeat(8192)}`);
    }).toThrow(expect.objectContaining({ kind: 'limit' }));
  });

  it('knows where the path ends', () => {
    expect(pathOf('/a%3Fb?c?d')).toBe('/a%3Fb');
  });
});
