import type { IncomingMessage } from 'node:http';
import type { EdgeDescription } from '@waybill/edge';
import { describe, expect, it } from 'vitest';
import { accountOfSignIn } from './sign-in-account.js';

const description = {
  signInRoutes: [
    { method: 'PUT', path: '/toy/:place/user/:user' },
    { method: 'POST', path: '/toy/:place/v1/login' },
    { method: 'POST', path: '/toy-login' },
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
