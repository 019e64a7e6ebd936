import { randomUUID } from 'node:crypto';
import { credentialsChanged, credentialsChangedSubject, grantsChanged, organizationChanged } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Person } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';
import { tokenQuery } from './introspection.repository.js';

let auth: RunningAuth;
let owner: Person;
let organizationId: string;

beforeAll(async () => {
  auth = await startAuth();
  owner = await auth.person('crowd-owner');
  const body = { name: 'crowd', owner: owner.username };
  organizationId = String((await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body })).json['id']);
  await crowd();
}, 120_000);

afterAll(async () => {
  await auth.stop();
});

/** 10,000 users in 1,000 teams, and 100,000 grants, all of one organization. */
async function crowd(): Promise<void> {
  const statements = [
    `INSERT INTO users (user_id, username, password_hash) SELECT gen_random_uuid(), 'crowd-' || n, 'x' FROM generate_series(1, 10000) n`,
    `INSERT INTO memberships (organization_id, user_id, role)
     SELECT '${organizationId}', user_id, 'member' FROM users WHERE username LIKE 'crowd-%' AND username <> 'crowd-owner'`,
    `INSERT INTO teams (team_id, organization_id, name)
     SELECT gen_random_uuid(), '${organizationId}', 'team-' || n FROM generate_series(1, 1000) n`,
    `INSERT INTO team_members (team_id, user_id)
     SELECT t.team_id, u.user_id FROM users u JOIN teams t ON t.name = 'team-' || (1 + hashtext(u.username) & 511)
     WHERE u.username LIKE 'crowd-%'`,
    `INSERT INTO known_repositories (repository_id, organization_id, slug)
     SELECT gen_random_uuid(), '${organizationId}', 'repository-' || n FROM generate_series(1, 50) n`,
    `INSERT INTO grants (grant_id, organization_id, team_id, kind, repository_id, target, actions, granted_by)
     SELECT gen_random_uuid(), '${organizationId}', t.team_id, 'repository', r.repository_id, 'repository:' || r.repository_id,
            '{read,publish}', 'test' FROM teams t CROSS JOIN known_repositories r`,
    `INSERT INTO grants (grant_id, organization_id, user_id, kind, repository_id, target, actions, granted_by)
     SELECT gen_random_uuid(), '${organizationId}', u.user_id, 'repository', r.repository_id, 'repository:' || r.repository_id,
            '{read,yank}', 'test'
     FROM users u CROSS JOIN (SELECT * FROM known_repositories LIMIT 5) r WHERE u.username LIKE 'crowd-%'`,
    `INSERT INTO tokens (token_id, user_id, token_hash, prefix, description, scopes, expires_at)
     SELECT gen_random_uuid(), user_id, encode(sha256(username::bytea), 'hex'), 'wb-x', 'test', '[]', now() + interval '1 day'
     FROM users WHERE username LIKE 'crowd-%'`,
    `INSERT INTO package_ownerships (repository_id, package_purl, organization_id)
     SELECT gen_random_uuid(), 'pkg:npm/p', '${organizationId}' FROM generate_series(1, 5000)`,
    `INSERT INTO package_owners (repository_id, package_purl, user_id, granted)
     SELECT p.repository_id, p.package_purl, u.user_id, true FROM package_ownerships p
     JOIN (SELECT user_id, row_number() OVER () AS n FROM users) u ON u.n = 1 + hashtext(p.repository_id::text) & 4095`,
    'ANALYZE users, memberships, teams, team_members, grants, tokens, package_owners, package_ownerships',
  ];
  for (const statement of statements) await auth.query(statement);
}

const planNode = z.looseObject({ 'Node Type': z.string(), 'Relation Name': z.string().optional() });

/** The tables that a plan reads from end to end. */
function scanned(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(scanned);
  if (typeof plan !== 'object' || plan === null) return [];
  const node = planNode.safeParse(plan);
  const own = node.success && node.data['Node Type'] === 'Seq Scan' ? [node.data['Relation Name'] ?? ''] : [];
  return [...own, ...Object.values(plan).flatMap(scanned)];
}

describe('what a person is given, among 10,000 users, 1,000 teams and 100,000 grants', () => {
  it('is found by indexes alone, however much others are given', async () => {
    const [row] = await auth.query(`EXPLAIN (FORMAT JSON) ${tokenQuery.replace('$1', `'${'a'.repeat(64)}'`)}`);
    const large = ['users', 'memberships', 'team_members', 'grants', 'package_owners', 'tokens'];
    expect(scanned(row).filter((table) => large.includes(table))).toEqual([]);
  });

  it('is merged into one grant for each thing', async () => {
    const [member] = await auth.query(`SELECT user_id FROM users WHERE username = 'crowd-1'`);
    const session = `secret-of-crowd-1-${randomUUID()}`;
    await auth.query(
      `INSERT INTO sessions (session_id, user_id, session_hash, expires_at)
       VALUES (gen_random_uuid(), $1, encode(sha256($2::bytea), 'hex'), now() + interval '1 hour')`,
      [member?.['user_id'], Buffer.from(session)],
    );
    const principal = await auth.principal({ session });
    expect(principal).toMatchObject({ kind: 'user', username: 'crowd-1' });
    if (principal.kind === 'anonymous') return;
    expect(principal.grants.filter(({ kind }) => kind === 'organization')).toHaveLength(1);
    expect(principal.grants.filter(({ kind }) => kind === 'repository')).toHaveLength(50);
    const both = principal.grants.filter((grant) => grant.kind === 'repository' && grant.actions.includes('yank'));
    expect(both).toHaveLength(5);
    for (const grant of both) expect(grant).toMatchObject({ actions: ['read', 'publish', 'yank'] });
  });

  it('changes for all of them at once with one word to the gateways, and one event for those that missed it (A11)', async () => {
    const heard = auth.bus.subscribe(credentialsChangedSubject, { max: 1 });
    const answer = await auth.http('PATCH', '/api/v1/orgs/crowd', {
      as: owner.session,
      body: { basePermission: 'read' },
    });
    expect(answer.status).toBe(200);
    for await (const message of heard) {
      expect(credentialsChanged.parse(message.json())).toEqual({
        revokedHashes: [],
        changedUserIds: [],
        everybody: true,
      });
    }
    expect(await auth.events(organizationChanged, organizationId)).toMatchObject([{ accessChanged: true }]);
    const [member] = await auth.query(`SELECT user_id FROM users WHERE username = 'crowd-1'`);
    expect(await auth.events(grantsChanged, String(member?.['user_id']))).toEqual([]);
  });

  it('is not cut for what strangers give, which comes last', async () => {
    const target = await auth.person('target');
    const invited = { username: 'target', role: 'reader' };
    await auth.http('POST', '/api/v1/orgs/crowd/members', { as: auth.admin, body: invited });
    const stranger = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'strangers' } });
    const giving = `INSERT INTO grants (grant_id, organization_id, user_id, kind, purl_prefix, target, actions, granted_by)
      SELECT gen_random_uuid(), $1, $2, 'pattern', 'pkg:npm/p' || n, 'pattern:*/pkg:npm/p' || n, '{read}', 'test'
      FROM generate_series(1, $3::int) n`;
    await auth.query(giving, [stranger.json['id'], target.userId, 12_000]);
    await auth.query(giving, [organizationId, target.userId, 3]);
    const principal = await auth.principal(target.session);
    if (principal.kind === 'anonymous') throw new Error('nobody');
    const own = principal.grants.filter((grant) => grant.kind === 'pattern' && grant.organizationId === organizationId);
    expect(own).toHaveLength(3);
    expect(principal.grants.slice(1, 4)).toEqual(own);
  });

  it('is cut where it is more than can travel, which is logged, and what is cut gives nothing', async () => {
    const rich = await auth.person('rich');
    await auth.query(
      `INSERT INTO grants (grant_id, organization_id, user_id, kind, repository_id, package_purl, target, actions, granted_by)
       SELECT gen_random_uuid(), '${organizationId}', $1, 'package', r.repository_id, 'pkg:npm/p' || n,
              'package:' || r.repository_id || '/' || n, '{read}', 'test'
       FROM (SELECT * FROM known_repositories LIMIT 1) r CROSS JOIN generate_series(1, 12000) n`,
      [rich.userId],
    );
    const principal = await auth.principal(rich.session);
    if (principal.kind === 'anonymous') throw new Error('nobody');
    const named = principal.grants.flatMap((grant) => (grant.kind === 'packages' ? grant.purls : []));
    expect(named.length).toBeLessThanOrEqual(10_000);
    expect(named.length).toBeGreaterThan(1000);
    expect(auth.logLines().some((line) => line.includes('more grants than one can have'))).toBe(true);
  });
});
