import { randomUUID } from 'node:crypto';
import { packagePurl } from '@waybill/contracts';
import type { Action, OrganizationId, Principal, RepositoryId, TokenId, UserId } from '@waybill/domain';
import { actions } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import type { Api } from './api.js';
import type { RunningInstallation } from './running-installation.js';

/** Somebody who asks, with what they were given as the test gave it, and not as the system says it. */
export interface Person {
  readonly name: string;
  readonly username: string;
  readonly token: string | undefined;
  /** Undefined: their credential is good for nothing. */
  readonly principal: Principal | undefined;
}

export interface Ground {
  readonly acme: { readonly name: string; readonly id: OrganizationId };
  readonly other: { readonly name: string; readonly id: OrganizationId };
  /** To which something of acme's is offered. */
  readonly receiving: { readonly name: string; readonly id: OrganizationId };
  readonly secret: { readonly slug: string; readonly id: RepositoryId };
  readonly open: { readonly slug: string; readonly id: RepositoryId };
}

const password = 'a password for the matrix';
/** What the team and the service account are given. */
const given: readonly Action[] = ['read', 'publish'];
const purl = packagePurl.parse(`pkg:npm/kept-from-others`);
const everything = { actions: [...actions], on: { kind: 'everything' } } as const;

/** Two organizations, and in one of them a private and a public repository. */
export async function makeGround(api: Api, token: string): Promise<Ground> {
  const [acme, other, receiving] = ['acme-of-the-matrix', 'other-of-the-matrix', 'receiving-of-the-matrix'];
  for (const name of [acme, other, receiving])
    await api.must({ method: 'POST', target: '/api/v1/orgs', token, body: { name } });
  const repositories = [];
  for (const [slug, visibility] of [
    ['kept-apart', 'private'],
    ['in-the-open', 'public'],
  ] as const) {
    const body = { slug, organization: acme, visibility };
    repositories.push(await createWhenKnown(api, token, body));
  }
  const idOf = async (name: string) => {
    const { id } = await api.must<{ id: OrganizationId }>({ method: 'GET', target: `/api/v1/orgs/${name}`, token });
    return { name, id };
  };
  const [secret, open] = repositories;
  if (secret === undefined || open === undefined) throw new Error('no repositories');
  return { acme: await idOf(acme), other: await idOf(other), receiving: await idOf(receiving), secret, open };
}

/** publish hears of a new organization by an event. */
export async function createWhenKnown(
  api: Api,
  token: string,
  body: { readonly slug: string; readonly organization: string; readonly visibility: string },
): Promise<{ slug: string; id: RepositoryId }> {
  const call = { method: 'POST', target: '/api/v1/repositories', token, body };
  const { repositoryId } = await eventually(() => api.must<{ repositoryId: RepositoryId }>(call));
  return { slug: body.slug, id: repositoryId };
}

/** Everybody who asks for everything. */
export async function makePeople(
  api: Api,
  { admin, query }: RunningInstallation,
  ground: Ground,
): Promise<readonly Person[]> {
  const { acme, other, receiving, secret } = ground;
  const organization = (id: OrganizationId, role: 'owner' | 'admin' | 'member' | 'auditor' | 'reader') =>
    ({ kind: 'organization', organizationId: id, role }) as const;

  async function account(name: string, role?: string, org = acme.name): Promise<{ id: UserId; session: string }> {
    const { token } = admin;
    await api.must({ method: 'POST', target: '/api/v1/users', token, body: { username: name, password } });
    if (role !== undefined) {
      const body = { username: name, role };
      await api.must({ method: 'POST', target: `/api/v1/orgs/${org}/members`, token, body });
    }
    const { id } = await api.must<{ id: UserId }>({ method: 'GET', target: `/api/v1/users/${name}`, token });
    const signedIn = await api.call({ method: 'POST', target: '/api/v1/sessions', body: { username: name, password } });
    const session = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return { id, session };
  }

  async function tokenOf(session: string, scopes: readonly object[]): Promise<{ token: string; id: TokenId }> {
    const headers = { cookie: session, origin: api.url, 'sec-fetch-site': 'same-origin' };
    const body = { description: 'of the matrix', scopes };
    return api.must({ method: 'POST', target: '/api/v1/tokens', headers, body });
  }

  async function person(
    name: string,
    role: 'owner' | 'admin' | 'member' | 'auditor' | 'reader' | undefined,
    at = acme,
  ) {
    const { id, session } = await account(name, role, at.name);
    const { token } = await tokenOf(session, [everything]);
    const grants = role === undefined ? [] : [organization(at.id, role)];
    return { name, username: name, token, principal: tokenPrincipal(id, name, grants, [everything]) };
  }

  const owner = await person('owner', 'owner');
  const teammate = await account('teammate', 'reader');
  const robot = await serviceAccount(api, owner.token, acme.name);
  const crew = `/api/v1/orgs/${acme.name}/teams`;
  await api.must({ method: 'POST', target: crew, token: owner.token, body: { name: 'crew' } });
  await api.must({ method: 'PUT', target: `${crew}/crew/members/teammate`, token: owner.token, body: {} });
  const place = { repository: secret.slug, package: purl };
  for (const subject of [{ team: 'crew' }, { serviceAccount: robot.username }]) {
    const body = { subject, on: place, actions: [...given] };
    // auth asks publish for the package.
    await api.must({ method: 'POST', target: `/api/v1/orgs/${acme.name}/grants`, token: owner.token, body });
  }
  const onPackage = { kind: 'packages', repositoryId: secret.id, purls: [purl], actions: given } as const;
  const narrow = await account('narrow', 'owner');
  const narrowScopes = [
    { actions: ['read'] as Action[], on: { kind: 'repository', repositoryId: secret.id } as const },
  ];
  const expired = await account('expired', 'owner');
  const expiredToken = await tokenOf(expired.session, [everything]);
  await query(
    'auth',
    `UPDATE tokens SET expires_at = now() - interval '1 hour', created_at = now() - interval '2 days' WHERE token_id = $1`,
    [expiredToken.id],
  );
  const suspended = await account('suspended', 'owner');
  const suspendedToken = await tokenOf(suspended.session, [everything]);
  await api.must({
    method: 'PUT',
    target: '/api/v1/users/suspended/suspension',
    token: admin.token,
    body: { suspended: true },
  });
  const { id: adminId } = await api.must<{ id: UserId }>({
    method: 'GET',
    target: `/api/v1/users/${admin.username}`,
    token: admin.token,
  });
  return [
    { name: 'anonymous', username: '', token: undefined, principal: { kind: 'anonymous' } },
    await person('outsider', undefined),
    await person('wrong-organization', 'owner', other),
    await person('receiver', 'owner', receiving),
    await person('reader', 'reader'),
    await person('member', 'member'),
    await person('auditor', 'auditor'),
    owner,
    {
      name: 'member of a team with a grant',
      username: 'teammate',
      token: (await tokenOf(teammate.session, [everything])).token,
      principal: tokenPrincipal(teammate.id, 'teammate', [organization(acme.id, 'reader'), onPackage], [everything]),
    },
    {
      name: 'service token narrower than its account',
      username: robot.username,
      token: robot.token,
      principal: tokenPrincipal(robot.id, robot.username, [onPackage], robot.scopes),
    },
    {
      name: 'token narrower than its owner',
      username: 'narrow',
      token: (await tokenOf(narrow.session, narrowScopes)).token,
      principal: tokenPrincipal(narrow.id, 'narrow', [organization(acme.id, 'owner')], narrowScopes),
    },
    { name: 'suspended', username: 'suspended', token: suspendedToken.token, principal: undefined },
    { name: 'expired', username: 'expired', token: expiredToken.token, principal: undefined },
    {
      name: 'administrator of the installation',
      username: admin.username,
      token: admin.token,
      principal: { ...tokenPrincipal(adminId, admin.username, [], [everything]), installationAdmin: true },
    },
  ];
}

async function serviceAccount(api: Api, token: string, organization: string) {
  const target = `/api/v1/orgs/${organization}/service-accounts`;
  const { id } = await api.must<{ id: UserId }>({ method: 'POST', target, token, body: { name: 'robot' } });
  const scopes = [{ actions: ['read'] as Action[], on: { kind: 'everything' } as const }];
  const body = { description: 'of the matrix', scopes };
  const minted = await api.must<{ token: string }>({ method: 'POST', target: `${target}/robot/tokens`, token, body });
  return { id, username: `${organization}/robot`, token: minted.token, scopes };
}

type TokenPrincipal = Extract<Principal, { kind: 'token' }>;

export function tokenPrincipal(
  userId: UserId,
  username: string,
  grants: TokenPrincipal['grants'],
  scopes: TokenPrincipal['scopes'],
): TokenPrincipal {
  return {
    kind: 'token',
    tokenId: randomUUID() as TokenId,
    userId,
    username,
    installationAdmin: false,
    grants,
    scopes,
  };
}
