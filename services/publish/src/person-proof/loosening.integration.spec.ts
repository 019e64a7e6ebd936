import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { Principal, TokenId, UserId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedDuring } from '../../test/changed-during.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { StagedGround } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

type TokenPrincipal = Extract<Principal, { kind: 'token' }>;

/** A token of an owner of the organization that may do whatever they may. */
function tokenOfOwner(): TokenPrincipal {
  return {
    kind: 'token',
    userId: randomUUID() as UserId,
    tokenId: randomUUID() as TokenId,
    username: 'alice',
    installationAdmin: false,
    grants: [{ kind: 'organization', organizationId: publish.organizationId, role: 'owner' }],
    scopes: [{ actions: ['read', 'metadata', 'manage-access', 'admin'], on: { kind: 'everything' } }],
  };
}

/** Of each document, one that asks more than a new repository, and one that asks less than that. */
const documents = [
  {
    what: 'a release policy',
    method: 'PUT',
    targetOf: ({ slug }: RepositoryFacts) => `/api/v1/repositories/${slug}/release-policy`,
    action: 'release-policy.change',
    strict: {
      downgrade: 'refuse',
      patterns: [{ ecosystem: 'npm', kind: 'scope', pattern: '@acme', source: 'refuse' }],
    },
    loose: { downgrade: 'refuse' },
    looser: ['npm @acme: source'],
  },
  {
    what: 'a staging policy',
    method: 'PUT',
    targetOf: ({ slug }: RepositoryFacts) => `/api/v1/repositories/${slug}/staging-policy`,
    action: 'staging-policy.change',
    strict: { approvals: 3, stagedOnly: true },
    loose: { approvals: 2, stagedOnly: true },
    looser: ['approvals'],
  },
  {
    what: 'who publishes a package',
    method: 'PATCH',
    targetOf: ({ slug }: RepositoryFacts) =>
      `/api/v1/packages/${encodeURIComponent('pkg:npm/left-pad')}?repository=${slug}`,
    action: 'package.change',
    strict: { trustedPublishingOnly: 'always' },
    loose: { trustedPublishingOnly: null },
    looser: ['trustedPublishingOnly'],
  },
] as const;

describe.each(documents)('$what', ({ method, targetOf, action, strict, loose, looser }) => {
  async function repositoryWithPackage(): Promise<RepositoryFacts> {
    const repository = await publish.repository();
    await publish.published({ repository });
    return repository;
  }

  function set(repository: RepositoryFacts, as: Principal, body: object, code?: string) {
    return publish.http(method, targetOf(repository), {
      as,
      body: { ...body, ...(code === undefined ? {} : { code }) },
    });
  }

  async function audited(): Promise<unknown> {
    const [row] = await publish.query(`SELECT details FROM audit_events WHERE action = $1 ORDER BY at DESC LIMIT 1`, [
      action,
    ]);
    return row?.['details'];
  }

  it('asks more with a token alone, and less with a code of the second factor, which goes once (P8, W7)', async () => {
    const repository = await repositoryWithPackage();
    const token = tokenOfOwner();
    ground.factors.enroll(token.userId, '123456');
    const asked = ground.factors.asked;
    expect((await set(repository, token, strict)).status).toBe(200);
    expect((await set(repository, token, strict)).status).toBe(200);
    expect(ground.factors.asked).toBe(asked);
    const refused = (code: string) => ({ status: 401, json: { code: `login.second-factor-${code}` } });
    expect(await set(repository, token, loose)).toMatchObject(refused('needed'));
    expect(await set(repository, token, loose, '000000')).toMatchObject(refused('failed'));
    expect((await set(repository, token, loose, '123456')).status).toBe(200);
    expect(await audited()).toMatchObject({ looser, provenBy: 'second-factor' });
    await set(repository, token, strict);
    expect(await set(repository, token, loose, '123456')).toMatchObject(refused('failed'));
  });

  it('asks less by people alone: a service account makes it only ask more (P8)', async () => {
    const repository = await repositoryWithPackage();
    const token = tokenOfOwner();
    ground.factors.isService(token.userId);
    expect((await set(repository, token, strict)).status).toBe(200);
    expect(await set(repository, token, loose)).toMatchObject({ status: 403, json: { code: 'auth.people-only' } });
    expect((await set(repository, token, strict)).status).toBe(200);
  });

  it('asks less by who has no second factor with the token alone, and at a browser by who was seen a moment ago (W7, W9)', async () => {
    const repository = await repositoryWithPackage();
    const token = tokenOfOwner();
    await set(repository, token, strict);
    expect((await set(repository, token, loose)).status).toBe(200);
    expect(await audited()).toMatchObject({ looser, provenBy: 'token' });
    await set(repository, publish.owner, strict);
    expect((await set(repository, publish.owner, loose)).status).toBe(200);
    expect(await audited()).toMatchObject({ looser, provenBy: 'session' });
  });

  it('is not asked to ask less by who read it before somebody made it ask more (W7)', async () => {
    const repository = await repositoryWithPackage();
    const token = tokenOfOwner();
    ground.factors.enroll(token.userId, '123456');
    await set(repository, token, strict);
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => set(repository, token, loose)),
      ...Array.from({ length: 10 }, () => set(repository, token, strict)),
    ]);
    expect(new Set(answers.slice(0, 10).map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(answers.slice(10).map(({ status }) => status))).toEqual(new Set([200]));
  });
});

it('a proof that was not asked for is asked for when somebody else asks more meanwhile (W7)', async () => {
  const { targetOf } = documents[1];
  const repository = await publish.repository();
  const token = tokenOfOwner();
  ground.factors.enroll(token.userId, '123456');
  const change = { table: 'repositories', id: repository.repositoryId, change: 'approvals_needed = 5' } as const;
  const body = { approvals: 2, stagedOnly: true };
  const setting = () => publish.http('PUT', targetOf(repository), { as: token, body });
  expect(await changedDuring(publish, change, setting)).toMatchObject({
    status: 409,
    json: { code: 'policy.changed-meanwhile' },
  });
});
