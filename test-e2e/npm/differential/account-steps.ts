import type { Answer, Session, Step } from './session.js';

/** Who somebody is, before and after they signed in. */
export const signInSteps: readonly Step[] = [
  { name: 'ping', path: '-/ping', as: 'nobody' },
  { name: 'ping as pnpm sends it', path: '-/ping?write=true', as: 'nobody' },
  { name: 'whoami of nobody', path: '-/whoami', as: 'nobody' },
  { name: 'whoami with an unknown token', path: '-/whoami', as: 'an unknown token' },
  { name: 'web login', method: 'POST', path: '-/v1/login', as: 'nobody', body: {} },
  { name: 'login with a wrong password', ...login((session) => `${session.password}-wrong`) },
  { name: 'login without a password', ...login(() => '') },
  { name: 'login', ...login((session) => session.password), remember: rememberToken },
  {
    name: 'login with the password in the header as well, as npm does after a 409',
    ...login((session) => session.password),
    headersOf: ({ user, password }) => ({
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    }),
    remember: rememberToken,
  },
  { name: 'whoami', path: '-/whoami' },
  { name: 'account document', path: ({ user }) => `-/user/org.couchdb.user:${user}` },
  { name: 'profile', path: '-/npm/v1/user' },
  { name: 'profile of nobody', path: '-/npm/v1/user', as: 'nobody' },
  {
    name: 'password change to one that is too short',
    method: 'POST',
    path: '-/npm/v1/user',
    bodyOf: ({ password }) => ({ password: { old: password, new: 'x' } }),
  },
];

export const tokenSteps: readonly Step[] = [
  { name: 'tokens', path: '-/npm/v1/tokens' },
  { name: 'tokens of nobody', path: '-/npm/v1/tokens', as: 'nobody' },
  {
    name: 'token created with a wrong password',
    method: 'POST',
    path: '-/npm/v1/tokens',
    body: { password: 'not-the-password', readonly: true, cidr_whitelist: [] },
  },
  {
    name: 'token created as npm 12 asks',
    method: 'POST',
    path: '-/npm/v1/tokens',
    bodyOf: ({ password }) => ({ password, name: 'ci', packages_and_scopes_permission: 'read-only' }),
  },
  {
    name: 'token created as npm 10 asks',
    method: 'POST',
    path: '-/npm/v1/tokens',
    bodyOf: ({ password }) => ({ password, readonly: true, cidr_whitelist: [] }),
    remember: (answer, { memory }) => memory.set('token key', textAt(answer, 'key')),
  },
  { name: 'tokens with one more', path: '-/npm/v1/tokens?perPage=1' },
  {
    name: 'token revoked by its key',
    method: 'DELETE',
    path: ({ memory }) => `-/npm/v1/tokens/token/${memory.get('token key') ?? ''}`,
  },
  { name: 'unknown token revoked', method: 'DELETE', path: `-/npm/v1/tokens/token/${'0'.repeat(32)}` },
];

export const signOutSteps: readonly Step[] = [
  {
    name: 'logout',
    method: 'DELETE',
    path: ({ memory }) => `-/user/token/${encodeURIComponent(memory.get('token') ?? '')}`,
  },
  { name: 'whoami after logout', path: '-/whoami' },
  { name: 'logout of nobody', method: 'DELETE', path: '-/user/token/whatever', as: 'nobody' },
];

function login(password: (session: Session) => string): Omit<Step, 'name'> {
  return {
    method: 'PUT',
    path: ({ user }) => `-/user/org.couchdb.user:${user}`,
    as: 'nobody',
    bodyOf: (session) => ({
      _id: `org.couchdb.user:${session.user}`,
      name: session.user,
      password: password(session),
      type: 'user',
      roles: [],
      date: '2026-11-21T00:00:00.000Z',
    }),
  };
}

function rememberToken(answer: Answer, { memory }: Session): void {
  const token = textAt(answer, 'token');
  if (token !== '') memory.set('token', token);
}

function textAt({ json }: Answer, key: string): string {
  const value = (json as Record<string, unknown> | undefined)?.[key];
  return typeof value === 'string' ? value : '';
}
