import { randomUUID } from 'node:crypto';
import { repositoryChanged } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let publish: PublishDouble;
let acme: OrganizationId;
let globex: OrganizationId;

type Repository = ReturnType<PublishDouble['create']>;

beforeAll(async () => {
  auth = await startAuth();
  publish = new PublishDouble(auth.bus);
  await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'globex' } });
  acme = (await auth.organizationId('acme')) as OrganizationId;
  globex = (await auth.organizationId('globex')) as OrganizationId;
});

afterAll(() => auth.stop());

const create = (repository: string) =>
  auth.http('POST', '/api/v1/deploy-tokens', {
    as: auth.admin,
    body: { repository, description: 'server', actions: ['read'] },
  });
const works = async (token: unknown) => (await auth.introspect({ token: String(token) })).principal !== null;

async function hear(repository: Repository, version: number, change: object): Promise<void> {
  const { repositoryId } = repository;
  const facts = { ...repository, kind: 'hosted', archived: false, deleted: false, transferredFrom: null };
  await auth.emit(repositoryChanged, { aggregate: repositoryId, version, data: { ...facts, ...change } });
}

async function isKnownAt(repository: Repository, version: number): Promise<void> {
  await eventually(async () => {
    const known = await auth.query(
      `SELECT 1 FROM known_repositories WHERE repository_id = $1 AND event_version >= $2 AND deploy_version >= $2`,
      [repository.repositoryId, version],
    );
    expect(known).toHaveLength(1);
  });
}

const toGlobex = () => ({ organizationId: globex, transferredFrom: acme });

describe('a deploy token of a repository that goes to somebody else (T11)', () => {
  it('is not made on the word of before', async () => {
    const stale = publish.create('stale', acme);
    await hear(stale, 2, toGlobex());
    await isKnownAt(stale, 2);
    const refused = await create('stale');
    const never = await create('never-there');
    expect([refused.status, refused.withoutRequestId]).toEqual([404, never.withoutRequestId]);
    stale.organizationId = globex;
    expect((await create('stale')).status).toBe(201);
  });

  it('ends, however many are made while it goes', async () => {
    const busy = publish.create('busy', acme);
    const making = Array.from({ length: 20 }, () => create('busy'));
    await making[0];
    const heard = hear(busy, 2, toGlobex());
    making.push(...Array.from({ length: 20 }, () => create('busy')));
    await heard;
    await isKnownAt(busy, 2);
    const made = (await Promise.all(making)).filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    for (const { json } of made) expect(await works(json['token'])).toBe(false);
  });

  it('waits while only a part of the service has heard of it', async () => {
    const between = publish.create('between', acme);
    await create('between');
    await auth.query(`UPDATE known_repositories SET deploy_version = event_version + 1 WHERE repository_id = $1`, [
      between.repositoryId,
    ]);
    const { status, json } = await create('between');
    expect([status, json['code']]).toEqual([503, 'repository.changing']);
  });

  it('is none of what late news is about', async () => {
    const { repositoryId } = publish.create('late', acme);
    const late = { repositoryId, slug: 'late', organizationId: acme, visibility: 'private' as const };
    await hear(late, 5, {});
    await isKnownAt(late, 5);
    const kept = await create('late');
    await auth.query(`UPDATE tokens SET created_at = now() + interval '1 minute' WHERE token_id = $1`, [
      kept.json['id'],
    ]);
    const ended = await create('late');
    await hear(late, 4, { organizationId: randomUUID(), transferredFrom: acme });
    await eventually(async () => {
      expect(await works(ended.json['token'])).toBe(false);
    });
    expect(await works(kept.json['token'])).toBe(true);
  });
});
