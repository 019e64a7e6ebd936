import { randomUUID } from 'node:crypto';
import type { Action, RepositoryId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person, tokenFor } from '../../test/principals.js';
import { leakedKey, type RunningPublish } from '../../test/running-publish.js';
import { StagedGround } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

const list = '/api/v1/held-releases';

describe('a held release', () => {
  it('is approved by somebody else than its publisher, or by an installation admin (P8)', async () => {
    const repository = await publish.repository();
    const own = await publish.held({ repository, by: publish.owner });
    const approval = { as: publish.owner, body: { reason: 'Mine is fine.' } };
    const refused = await publish.http('POST', `${list}/${own.releaseId}/approve`, approval);
    expect(refused).toMatchObject({ status: 403, json: { code: 'release.own' } });
    expect((await publish.release(own)).state).toBe('held');
    expect(await publish.audit(`release:${own.releaseId}`)).toHaveLength(1);
    const admin = person([], { installationAdmin: true });
    const admins = await publish.held({ repository, version: '2.0.0', bytes: 'admins', by: admin });
    const approved = await publish.http('POST', `${list}/${admins.releaseId}/approve`, { ...approval, as: admin });
    expect(approved).toMatchObject({ status: 200, json: { state: 'published' } });
  });

  it('shows every reason and what it consists of', async () => {
    const repository = await publish.repository('private');
    const release = await publish.held({ repository });
    const answer = await publish.http('GET', `${list}/${release.releaseId}`, { as: publish.owner });
    expect(answer).toMatchObject({
      status: 200,
      json: { releaseId: release.releaseId, state: 'held', repository: repository.slug, reasons: [leakedKey] },
    });
    expect(answer.json['artifacts']).toEqual(release.artifacts);
  });

  it('that is hidden answers as one that does not exist, on every route (A3, A6)', async () => {
    const release = await publish.held({ repository: await publish.repository('private') });
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/approve'],
      ['POST', '/reject'],
    ] as const) {
      for (const as of [person(), undefined]) {
        const body = method === 'POST' ? { body: { reason: 'because' } } : {};
        const sent = { ...(as === undefined ? {} : { as }), ...body };
        const answers = await Promise.all(
          [release.releaseId, randomUUID(), 'no-id'].map((id) => publish.http(method, `${list}/${id}${rest}`, sent)),
        );
        expect(answers.map(({ status }) => status)).toEqual(Array(3).fill(as === undefined ? 401 : 404));
        expect(new Set(answers.map(({ withoutRequestId }) => withoutRequestId)).size).toBe(1);
      }
    }
    expect((await publish.release(release)).state).toBe('held');
  });
});

describe('who may not review', () => {
  const routes = [
    ['GET', ''],
    ['POST', '/approve'],
    ['POST', '/reject'],
    ['POST', '/rescan'],
  ] as const;

  it.each(['public', 'internal', 'unlisted'] as const)(
    'hears of a held release what they hear of none, also where the package is %s (A6)',
    async (visibility) => {
      const release = await publish.held({ repository: await publish.repository(visibility) });
      const callers = [undefined, person(), memberOf(publish.organizationId, 'reader')];
      for (const [method, rest] of routes) {
        const body = rest === '/approve' || rest === '/reject' ? { body: { reason: 'because' } } : {};
        for (const as of callers) {
          const sent = { ...(as === undefined ? {} : { as }), ...body };
          const answers = await Promise.all(
            [release.releaseId, randomUUID(), 'no-id'].map((id) => publish.http(method, `${list}/${id}${rest}`, sent)),
          );
          expect(answers.map(({ status }) => status)).toEqual(Array(3).fill(as === undefined ? 401 : 404));
          expect(new Set(answers.map(({ withoutRequestId }) => withoutRequestId)).size).toBe(1);
        }
      }
      expect((await publish.release(release)).state).toBe('held');
    },
  );

  it('because of their token is told so, and nothing about whether there is such a release (A4, A6)', async () => {
    const repository = await publish.repository();
    const release = await publish.held({ repository });
    const whole = tokenFor(publish.organizationId, 'owner', repository.repositoryId);
    if (whole.kind !== 'token') throw new Error('That is not a token.');
    const scoped = (repositoryId: RepositoryId, actions: Action[]) =>
      ({ ...whole, scopes: [{ actions, on: { kind: 'repository', repositoryId } }] }) as const;
    const nowhere = scoped(repository.repositoryId, ['read', 'publish']);
    const elsewhere = scoped((await publish.repository()).repositoryId, ['read', 'review-findings', 'approve']);
    for (const [as, status] of [
      [nowhere, 403],
      [elsewhere, 404],
    ] as const) {
      const answers = await Promise.all(
        [release.releaseId, randomUUID(), 'no-id'].map((id) => publish.http('GET', `${list}/${id}`, { as })),
      );
      expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
      expect(new Set(answers.map(({ withoutRequestId }) => withoutRequestId)).size).toBe(1);
    }
    const approver = scoped(repository.repositoryId, ['approve']);
    const approved = await publish.http('POST', `${list}/${release.releaseId}/approve`, {
      as: approver,
      body: { reason: 'fine' },
    });
    expect(approved).toMatchObject({ status: 200, json: { state: 'published' } });
  });
});
