import type { IncomingMessage } from 'node:http';
import type { EdgeDescription } from '@waybill/edge';
import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { accountOfSignIn, isPollOfSignIn } from './sign-in-account.js';

const description = {
  signInRoutes: [
    { method: 'PUT', path: '/toy/:place/user/:user' },
    { method: 'POST', path: '/toy/:place/v1/login' },
    { method: 'POST', path: '/toy-login' },
    { method: 'GET', path: '/toy/:place/v1/done/:secret' },
    { method: 'GET', path: '/toy/v2/token' },
  ],
} as unknown as EdgeDescription;

function account(method: string, path: string, basic?: string): string | undefined {
  const authorization = basic === undefined ? undefined : `Basic ${Buffer.from(basic).toString('base64')}`;
  return accountOfSignIn({ method, headers: { authorization } } as unknown as IncomingMessage, path, description);
}

describe('the account of a sign-in (W4)', () => {
  it('is the parameter that ends its path, however it is spelled and wherever it signs in', () => {
    const alice = account('PUT', '/toy/main/user/alice');
    expect(alice).toBeDefined();
    expect(account('PUT', '/toy/other/user/%61LICE')).toBe(alice);
    expect(account('PUT', '/toy/main/user/bob')).not.toBe(alice);
  });

  it('is else the user of Basic, and none where neither names one', () => {
    expect(account('POST', '/toy-login', 'Alice:secret')).toBe(account('POST', '/toy-login', 'alice:other'));
    expect(account('POST', '/toy-login')).toBeUndefined();
    expect(account('POST', '/toy/main/v1/login')).toBeUndefined();
    expect(account('POST', '/toy-login', 'no colon')).toBeUndefined();
  });
});

describe('a poll of a login (W4)', () => {
  const isPoll = (method: string, path: string) =>
    isPollOfSignIn({ method, headers: {} } as unknown as IncomingMessage, path, description);

  it('is a read of a secret that nobody can guess', () => {
    expect(isPoll('GET', `/toy/main/v1/done/${newTokenText()}`)).toBe(true);
  });

  it.each([
    ['GET', '/toy/main/v1/done/alice'],
    ['GET', `/toy/main/v1/done/wb-${'a'.repeat(46)}`],
    ['PUT', `/toy/main/user/${newTokenText()}`],
    ['POST', '/toy/main/v1/login'],
    ['GET', '/toy/v2/token'],
    ['GET', `/toy/elsewhere/${newTokenText()}`],
  ])('is not %s %s, which may try something', (method, path) => {
    expect(isPoll(method, path)).toBe(false);
  });
});
