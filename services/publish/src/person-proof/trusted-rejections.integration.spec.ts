import { decideStagedRelease } from '@waybill/contracts';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { person, tokenFor } from '../../test/principals.js';
import { publisherWith, tokenOfPublisher } from '../../test/release-origins.js';
import { codesOf, next } from '../../test/release-path-ground.js';
import { leakedKey, type RunningPublish } from '../../test/running-publish.js';
import { StagedGround, stagedPath } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

type Token = Extract<Principal, { kind: 'token' }>;
const heldPath = '/api/v1/held-releases';

interface Waiting {
  readonly repository: RepositoryFacts;
  readonly release: ReleaseFacts;
  readonly workflow: Token;
  /** Of somebody who may approve, and has a second factor. */
  readonly stolen: Token;
}

async function firstTrusted(kind: 'held' | 'staged'): Promise<Waiting> {
  const repository = await publish.repository();
  const workflow = tokenOfPublisher(publish.organizationId, repository.repositoryId, publisherWith()) as Token;
  const wanted = { repository, version: '1.4.2', by: workflow };
  const release = kind === 'held' ? await publish.held(wanted, leakedKey) : await ground.staged(wanted);
  const stolen = tokenFor(publish.organizationId, 'owner', repository.repositoryId) as Token;
  ground.factors.enroll(stolen.userId, '123456');
  return { repository, release, workflow, stolen };
}

function reject(path: string, { releaseId }: ReleaseFacts, as: Principal, code?: string) {
  const body = { reason: 'not this one', ...(code === undefined ? {} : { code }) };
  return publish.http('POST', `${path}/${releaseId}/reject`, { as, body });
}

async function stateOf({ releaseId }: ReleaseFacts): Promise<unknown> {
  const [row] = await publish.query('SELECT state FROM releases WHERE release_id = $1', [releaseId]);
  return row?.['state'];
}

describe.each([
  ['held', heldPath],
  ['staged', stagedPath],
] as const)('the first release of a trusted publisher that is %s', (kind, path) => {
  it('is not rejected with a stolen token alone, so that it protects its package (P1, P8)', async () => {
    const { repository, release, stolen } = await firstTrusted(kind);
    const refused = (code: string) => ({ status: 401, json: { code: `login.second-factor-${code}` } });
    expect(await reject(path, release, stolen)).toMatchObject(refused('needed'));
    expect(await reject(path, release, stolen, '000000')).toMatchObject(refused('failed'));
    expect(await stateOf(release)).toBe(kind);
    expect(codesOf(await publish.published(next(repository, stolen)))).toEqual(['path.downgrade']);
  });

  it('is rejected by a person with a code, or at a browser, which the audit tells (P1, W9)', async () => {
    const one = await firstTrusted(kind);
    expect(await reject(path, one.release, one.stolen, '123456')).toMatchObject({ json: { state: 'rejected' } });
    const [audited] = await publish.query(
      `SELECT details FROM audit_events WHERE action LIKE '%release.reject' AND subject = $1`,
      [`release:${one.release.releaseId}`],
    );
    expect(audited).toMatchObject({ details: { provenBy: 'second-factor' } });
    const other = await firstTrusted(kind);
    const owner = [{ kind: 'organization', organizationId: publish.organizationId, role: 'owner' }] as const;
    expect(await reject(path, other.release, person([...owner], { proven: false }))).toMatchObject({
      status: 403,
      json: { code: 'auth.step-up-required' },
    });
    expect(await reject(path, other.release, person([...owner]))).toMatchObject({ json: { state: 'rejected' } });
  });

  it('is not rejected by a service account (P1)', async () => {
    const { release, repository } = await firstTrusted(kind);
    const service = tokenFor(publish.organizationId, 'owner', repository.repositoryId) as Token;
    ground.factors.isService(service.userId);
    expect(await reject(path, release, service)).toMatchObject({ status: 403, json: { code: 'auth.people-only' } });
    expect(await stateOf(release)).toBe(kind);
  });
});

describe('what is rejected without a proof, as before', () => {
  it('is what a token has published, also by a service account (P8)', async () => {
    const repository = await publish.repository();
    const release = await publish.held({ repository }, leakedKey);
    const service = tokenFor(publish.organizationId, 'owner', repository.repositoryId) as Token;
    ground.factors.isService(service.userId);
    expect(await reject(heldPath, release, service)).toMatchObject({ json: { state: 'rejected' } });
    const staged = await ground.staged({ repository, version: '2.0.0' });
    expect(await reject(stagedPath, staged, service)).toMatchObject({ json: { state: 'rejected' } });
  });
});

describe('a staged release of a trusted publisher, for native clients', () => {
  it('is not rejected without a code either (P1, P8)', async () => {
    const { repository, release, stolen: principal } = await firstTrusted('staged');
    const { repositoryId } = repository;
    const { releaseId } = release;
    const wish = { principal, repositoryId, releaseId, decision: 'reject', reason: '', requestId: 'test' } as const;
    await expect(publish.ask(decideStagedRelease, wish)).rejects.toMatchObject({ code: 'login.second-factor-needed' });
    const rejected = await publish.ask(decideStagedRelease, { ...wish, code: '123456' });
    expect(rejected.release.state).toBe('rejected');
  });

  it('is taken back without one by the publisher that has staged it (P8)', async () => {
    const { repository, release, workflow: principal } = await firstTrusted('staged');
    const { repositoryId } = repository;
    const { releaseId } = release;
    const wish = { principal, repositoryId, releaseId, decision: 'reject', reason: '', requestId: 'test' } as const;
    expect((await publish.ask(decideStagedRelease, wish)).release.state).toBe('rejected');
  });
});
