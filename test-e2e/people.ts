import { randomBytes } from 'node:crypto';
import type { Registry } from './registry.js';
import { unique } from './registry.js';

/** Somebody with an account and a token for everything that they may do, as from a login of the command line. */
export interface PersonWithToken {
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

const allActions = [
  'read',
  'publish',
  'metadata',
  'yank',
  'delete',
  'restore',
  'manage-access',
  'review-findings',
  'approve',
  'audit',
  'admin',
];

/** Makes an account and signs it in over plain HTTP. */
export async function createPerson(registry: Registry, name = 'person'): Promise<PersonWithToken> {
  const username = unique(name);
  const password = randomBytes(12).toString('hex');
  await registry.apiJson('POST', '/users', { username, password });
  const session = await signIn(registry, { username, password });
  const body = { description: 'end-to-end test', scopes: [{ actions: allActions, on: { kind: 'everything' } }] };
  const { token } = await withSession<{ token: string }>(registry, session, { method: 'POST', path: '/tokens', body });
  return { username, password, token };
}

/** The cookie of a new session. Throws with the status when it is refused. */
export async function signIn(
  registry: Registry,
  { username, password, code }: { readonly username: string; readonly password: string; readonly code?: string },
): Promise<string> {
  const response = await fetch(`${registry.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: registry.url },
    body: JSON.stringify({ username, password, ...(code === undefined ? {} : { code }) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
}

/** A request of a browser that is signed in. */
export async function withSession<Answer>(
  registry: Registry,
  cookie: string,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body?: object },
): Promise<Answer> {
  const response = await fetch(`${registry.url}/api/v1${path}`, {
    method,
    headers: { cookie, origin: registry.url, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}
