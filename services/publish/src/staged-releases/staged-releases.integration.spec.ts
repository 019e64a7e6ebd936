import { randomUUID } from 'node:crypto';
import { decideStagedRelease, getStagedRelease, listStagedReleases } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { encodeCursor } from '@waybill/management-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person, tokenFor } from '../../test/principals.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { StagedGround, stagedPath } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

function ids(items: Record<string, unknown>[]): unknown[] {
  return items.map((item) => item['releaseId']);
}

async function listed(as: Principal, query = ''): Promise<unknown[]> {
  return ids((await publish.http('GET', stagedPath + query, { as })).items);
}

describe('the list of staged releases', () => {
  it('has those that the caller may approve or has staged, and nobody else’s (A3, A6)', async () => {
    const strangers = randomUUID() as OrganizationId;
    const mine = await ground.staged({ repository: await publish.repository('private') });
    const there = await publish.repository('private', strangers);
    const theirs = await ground.staged({ repository: there, by: memberOf(strangers) });
    expect(await listed(publish.owner)).toEqual([mine.releaseId]);
    expect(await listed(publish.member)).toEqual([mine.releaseId]);
    expect(await listed(memberOf(publish.organizationId))).toEqual([]);
    expect(await listed(memberOf(strangers, 'owner'))).toEqual([theirs.releaseId]);
    expect(await listed(person())).toEqual([]);
    expect((await publish.http('GET', stagedPath)).status).toBe(401);
    const admin = person([], { installationAdmin: true });
    expect(await listed(admin)).toEqual([mine.releaseId, theirs.releaseId]);
  });

  it('is no wider than a token, nor does a page end at what it may not see (A4, A6)', async () => {
    const owners = randomUUID() as OrganizationId;
    const [first, second] = [await publish.repository('private', owners), await publish.repository('private', owners)];
    const by = memberOf(owners);
    const hidden = await ground.staged({ repository: second, by });
    const seen = await ground.staged({ repository: first, by });
    const as = tokenFor(owners, 'owner', first.repositoryId);
    const page = await publish.http('GET', `${stagedPath}?limit=1`, { as });
    expect([ids(page.items), page.json['next']]).toEqual([[seen.releaseId], null]);
    const cursor = encodeCursor(hidden.releaseId);
    expect((await publish.http('GET', `${stagedPath}?cursor=${cursor}`, { as })).status).toBe(400);
    const whole = as as Extract<Principal, { kind: 'token' }>;
    const reading = { ...whole, scopes: [{ actions: ['read'], on: { kind: 'everything' } }] } as const;
    expect(await publish.http('GET', stagedPath, { as: reading })).toMatchObject({
      status: 403,
      json: { details: { permission: 'approve' } },
    });
  });

  it('is of one repository or package where that is asked for, page by page, oldest first', async () => {
    const owners = randomUUID() as OrganizationId;
    const [repository, other] = [
      await publish.repository('public', owners),
      await publish.repository('public', owners),
    ];
    const by = memberOf(owners, 'owner');
    const one = await ground.staged({ repository, by });
    const two = await ground.staged({ repository, by, name: '@acme/two' });
    const three = await ground.staged({ repository: other, by });
    expect(await listed(by)).toEqual([one.releaseId, two.releaseId, three.releaseId]);
    expect(await listed(by, `?repository=${repository.slug}`)).toEqual([one.releaseId, two.releaseId]);
    expect(await listed(by, `?package=${encodeURIComponent(two.packagePurl)}`)).toEqual([two.releaseId]);
    const first = await publish.http('GET', `${stagedPath}?limit=2`, { as: by });
    const next = /^<([^>]+)>; rel="next"$/.exec(first.link ?? '')?.[1] ?? '';
    expect(ids((await publish.http('GET', next, { as: by })).items)).toEqual([three.releaseId]);
    for (const query of ['?limit=0', '?package=left-pad', '?package=pkg:npm/a@1', '?repository=', '?all=1']) {
      expect((await publish.http('GET', stagedPath + query, { as: by })).status).toBe(400);
    }
  });
});

describe('a staged release', () => {
  it('is shown with what was handed in, and how many approvals it needs', async () => {
    const repository = await ground.needing(2);
    const release = await ground.staged({ repository, tags: ['next'] });
    const answer = await publish.http('GET', `${stagedPath}/${release.releaseId}`, { as: publish.owner });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        releaseId: release.releaseId,
        repository: repository.slug,
        state: 'staged',
        tags: ['next'],
        stagedBy: 'alice',
        approvals: { given: 0, needed: 2, by: [] },
        trustedPublisher: null,
        provenance: null,
        artifacts: release.artifacts,
      },
    });
    expect(answer.json['expiresAt']).toBe(new Date(Date.parse(release.submittedAt) + 30 * 86_400_000).toISOString());
  });

  it('is in no list of releases, and no held one, to who reviews and may not approve (A3, A6)', async () => {
    const repository = await publish.repository();
    const release = await ground.staged({ repository });
    const query = `?repository=${repository.slug}`;
    const addresses = [
      `/api/v1/releases/${encodeURIComponent(release.purl)}${query}`,
      `/api/v1/releases/${encodeURIComponent(release.purl)}/artifacts${query}`,
      `/api/v1/held-releases/${release.releaseId}`,
    ];
    for (const address of addresses) {
      for (const role of ['member', 'auditor'] as const) {
        const as = memberOf(publish.organizationId, role);
        expect([address, role, (await publish.http('GET', address, { as })).status]).toEqual([address, role, 404]);
      }
      const approver = await publish.http('GET', address, { as: ground.approver() });
      expect([address, approver.status]).toEqual([address, 200]);
    }
  });

  it.each(['public', 'internal', 'private'] as const)(
    'answers like none to who may neither approve it nor has staged it, in a %s repository (A3, A6)',
    async (visibility) => {
      const release = await ground.staged({ repository: await publish.repository(visibility) });
      const others = [
        undefined,
        person(),
        memberOf(publish.organizationId),
        memberOf(publish.organizationId, 'reader'),
      ];
      for (const [method, rest] of [
        ['GET', ''],
        ['POST', '/approve'],
        ['POST', '/reject'],
      ] as const) {
        const body = method === 'POST' ? { body: { reason: 'because' } } : {};
        for (const as of others) {
          const sent = { ...(as === undefined ? {} : { as }), ...body };
          const answers = await Promise.all(
            [release.releaseId, randomUUID(), 'no-id'].map((id) =>
              publish.http(method, `${stagedPath}/${id}${rest}`, sent),
            ),
          );
          expect(answers.map(({ status }) => status)).toEqual(Array(3).fill(as === undefined ? 401 : 404));
          expect(new Set(answers.map(({ withoutRequestId }) => withoutRequestId)).size).toBe(1);
        }
      }
      expect((await publish.release(release)).state).toBe('staged');
    },
  );

  it('is none where a release was published without being staged', async () => {
    const release = await publish.published({ repository: await publish.repository() });
    expect((await publish.http('GET', `${stagedPath}/${release.releaseId}`, { as: publish.owner })).status).toBe(404);
    expect((await ground.approve(release, ground.approver())).status).toBe(404);
  });

  it('is rejected by who may approve it, or has staged it; its version is free then', async () => {
    const repository = await publish.repository('private');
    const release = await ground.staged({ repository, tags: ['latest'] });
    expect(await ground.reject(release, ground.approver())).toMatchObject({
      status: 200,
      json: { state: 'rejected', reasons: [{ code: 'staged.rejected' }] },
    });
    expect(await ground.eventsOf(release)).toEqual(['staged', 'rejected']);
    expect((await ground.reject(release, ground.approver())).json).toMatchObject({ code: 'staged-release.settled' });
    const own = await ground.staged({ repository, bytes: 'others' });
    expect((await ground.reject(own, publish.member)).status).toBe(200);
    expect((await publish.submit({ repository, bytes: 'more' })).release.state).toBe('quarantined');
    expect(await publish.audit(`release:${own.releaseId}`)).toEqual([
      [expect.stringMatching(/^user:/), 'staged-release.reject'],
    ]);
  });

  it('moves its tags as if it had been submitted when it was approved', async () => {
    const repository = await publish.repository();
    const release = await ground.staged({ repository, tags: ['latest'] });
    await publish.published({ repository, version: '2.0.0', tags: ['latest'] });
    await ground.approve(release, ground.approver());
    await publish.scan(release);
    const target = `/api/v1/packages/${encodeURIComponent(release.packagePurl)}/tags/latest?repository=${repository.slug}`;
    // It was approved after the other one was published: that is when people wished for it.
    expect((await publish.http('GET', target, { as: publish.owner })).json).toMatchObject({ version: '1.0.0' });
  });
});

describe('the messages of adapters', () => {
  it('list newest first with the total, show and decide, of the repository in the address alone (A3)', async () => {
    const repository = await publish.repository('private');
    const { repositoryId } = repository;
    const one = await ground.staged({ repository });
    const two = await ground.staged({ repository, version: '2.0.0' });
    const principal = ground.approver();
    const page = { principal, repositoryId, ecosystem: 'npm', offset: 0, limit: 1 };
    const list = await publish.ask(listStagedReleases, page);
    expect(list).toMatchObject({ total: 2, items: [{ release: { releaseId: two.releaseId } }] });
    expect((await publish.ask(listStagedReleases, { ...page, offset: 1 })).items).toMatchObject([
      { release: { releaseId: one.releaseId }, approvals: { given: 0, needed: 1 } },
    ]);
    expect(await publish.ask(listStagedReleases, { ...page, ecosystem: 'pypi' })).toEqual({ items: [], total: 0 });
    const { releaseId } = one;
    const elsewhere = (await publish.repository()).repositoryId;
    const missing = { kind: 'not-found', code: 'staged-release.not-found' };
    const asked = { principal, repositoryId, releaseId };
    await expect(publish.ask(getStagedRelease, { ...asked, repositoryId: elsewhere })).rejects.toMatchObject(missing);
    await expect(publish.ask(getStagedRelease, { ...asked, principal: person() })).rejects.toMatchObject(missing);
    expect((await publish.ask(getStagedRelease, asked)).release.metadata).toEqual(one.metadata);
    const decide = { ...asked, decision: 'approve', reason: '', requestId: 'test' } as const;
    await expect(publish.ask(decideStagedRelease, { ...decide, repositoryId: elsewhere })).rejects.toMatchObject(
      missing,
    );
    const [{ filename }] = one.artifacts as [(typeof one.artifacts)[0]];
    await expect(publish.ask(decideStagedRelease, { ...decide, digests: { [filename]: 'x' } })).rejects.toMatchObject({
      code: 'staged-release.other-bytes',
    });
    expect(await publish.ask(decideStagedRelease, decide)).toMatchObject({
      release: { state: 'quarantined', approvals: [{ username: 'alice' }] },
      approvals: { given: 1, needed: 1 },
      expiresAt: null,
    });
    const reject = { ...decide, releaseId: two.releaseId, decision: 'reject', reason: 'no' } as const;
    expect((await publish.ask(decideStagedRelease, reject)).release.state).toBe('rejected');
  });

  it('ask for a second factor, and for a fresh proof, as the other way does (P8, W7)', async () => {
    const repository = await publish.repository();
    const { repositoryId } = repository;
    const { releaseId } = await ground.staged({ repository });
    const token = tokenFor(publish.organizationId, 'owner', repositoryId);
    if (token.kind !== 'token') throw new Error('That is not a token.');
    ground.factors.enroll(token.userId, '123456');
    const decide = { repositoryId, releaseId, decision: 'approve', reason: '', requestId: 'test' } as const;
    await expect(publish.ask(decideStagedRelease, { ...decide, principal: token })).rejects.toMatchObject({
      kind: 'unauthenticated',
      code: 'login.second-factor-needed',
    });
    const stale = person([{ kind: 'repository', repositoryId, actions: ['approve'] }], { proven: false });
    await expect(publish.ask(decideStagedRelease, { ...decide, principal: stale })).rejects.toMatchObject({
      code: 'auth.step-up-required',
    });
    const code = { code: '123456', clientAddress: '192.0.2.7' };
    const { release } = await publish.ask(decideStagedRelease, { ...decide, ...code, principal: token });
    expect(release.state).toBe('quarantined');
  });
});
