import { randomUUID } from 'node:crypto';
import type { OrganizationId, Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person, tokenFor } from '../../test/principals.js';
import { leakedKey, type RunningPublish } from '../../test/running-publish.js';
import { StagedGround, stagedPath } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

function userIdOf(principal: Principal): string {
  return principal.kind === 'anonymous' ? '' : principal.userId;
}

/** Another credential of the same person. */
function sessionOf(principal: Principal): Principal {
  const { userId } = principal as Extract<Principal, { kind: 'token' }>;
  return { ...memberOf(publish.organizationId, 'owner'), userId } as Principal;
}

describe('approving', () => {
  it('takes as many people as the repository asks for; then it is scanned and published with them (P8)', async () => {
    const repository = await ground.needing(2);
    const release = await ground.staged({ repository, tags: ['latest'] });
    const [first, second] = [ground.approver(), ground.approver()];
    expect(await ground.approve(release, first, { body: { reason: 'looks right' } })).toMatchObject({
      status: 200,
      json: { state: 'staged', approvals: { given: 1, needed: 2, by: [{ userId: userIdOf(first) }] } },
    });
    expect(await ground.eventsOf(release)).toEqual(['staged']);
    expect(await ground.approve(release, second)).toMatchObject({
      status: 200,
      json: { state: 'quarantined', expiresAt: null, approvals: { given: 2, needed: 2 } },
    });
    expect(await ground.eventsOf(release)).toEqual(['staged', 'quarantined']);
    const published = await publish.scan(release);
    expect(published.state).toBe('published');
    expect(published.approvals.map(({ userId }) => userId)).toEqual([first, second].map(userIdOf));
    expect(await publish.audit(`release:${release.releaseId}`)).toEqual([
      [`user:${userIdOf(first)}`, 'staged-release.approve'],
      [`user:${userIdOf(second)}`, 'staged-release.approve'],
      ['policy', 'release.decide'],
    ]);
    const target = `${stagedPath}/${release.releaseId}`;
    expect((await publish.http('GET', target, { as: first })).json).toMatchObject({ state: 'published' });
  });

  it('does not replace the scan: what it finds is held still', async () => {
    const release = await ground.staged({ repository: await publish.repository() });
    await ground.approve(release, ground.approver());
    expect((await publish.scan(release, [leakedKey])).state).toBe('held');
  });

  it('is not for who staged it, with whichever credential; by default an installation admin may (P8)', async () => {
    const repository = await publish.repository();
    const token = tokenFor(publish.organizationId, 'owner', repository.repositoryId);
    const own = await ground.staged({ repository, by: token });
    for (const as of [token, sessionOf(token)]) {
      expect(await ground.approve(own, as)).toMatchObject({ status: 403, json: { code: 'release.own' } });
    }
    expect((await publish.release(own)).state).toBe('staged');
    const admin = person([], { installationAdmin: true });
    const admins = await ground.staged({ repository, version: '2.0.0', by: admin });
    expect(await ground.approve(admins, admin)).toMatchObject({ status: 200, json: { state: 'quarantined' } });
  });

  it('needs the right to approve: who staged it may look, and not approve (A1)', async () => {
    const release = await ground.staged({ repository: await publish.repository('private') });
    const target = `${stagedPath}/${release.releaseId}`;
    expect((await publish.http('GET', target, { as: publish.member })).status).toBe(200);
    expect((await ground.approve(release, publish.member)).status).toBe(403);
    expect((await publish.release(release)).state).toBe('staged');
  });

  it('20 times at once by one person counts once (P8)', async () => {
    const release = await ground.staged({ repository: await ground.needing(2) });
    const approver = ground.approver();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ground.approve(release, approver)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(19).fill(409)]);
    const refused = answers.filter(({ status }) => status === 409);
    expect(new Set(refused.map(({ json }) => json['code']))).toEqual(new Set(['staged-release.already-approved']));
    expect(await publish.audit(`release:${release.releaseId}`)).toHaveLength(1);
    expect((await ground.approve(release, approver)).status).toBe(409);
    expect((await publish.release(release)).state).toBe('staged');
  });

  it('by 12 people at once goes on once, with just as many as are needed (P8)', async () => {
    const release = await ground.staged({ repository: await ground.needing(3) });
    const people = Array.from({ length: 12 }, () => ground.approver());
    const answers = await Promise.all(people.map((as) => ground.approve(release, as)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, ...Array<number>(9).fill(409)]);
    expect(await ground.eventsOf(release)).toEqual(['staged', 'quarantined']);
    expect((await publish.release(release)).approvals).toHaveLength(3);
  });

  it('and rejecting at once does one of both', async () => {
    const release = await ground.staged({ repository: await publish.repository() });
    const approvers = Array.from({ length: 10 }, () => ground.approver());
    const answers = await Promise.all(
      approvers.map((as, index) => (index % 2 === 0 ? ground.approve(release, as) : ground.reject(release, as))),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(9).fill(409)]);
    expect(await ground.eventsOf(release)).toHaveLength(2);
  });

  it('is of the bytes that the approver has looked at (P8)', async () => {
    const release = await ground.staged({ repository: await ground.needing(2) });
    const [{ filename, digests }] = release.artifacts as [(typeof release.artifacts)[0]];
    const seen = { filename, sha256: digests.sha256 };
    const other = { filename, sha256: `sha256:${'0'.repeat(64)}` };
    for (const files of [[other], [seen, other], [{ ...seen, filename: 'other.tgz' }]]) {
      const refused = await ground.approve(release, ground.approver(), { body: { files } });
      expect(refused).toMatchObject({ status: 409, json: { code: 'staged-release.other-bytes' } });
    }
    expect((await ground.approve(release, ground.approver(), { body: { files: [seen] } })).status).toBe(200);
    const approver = ground.approver();
    const { etag = '' } = await publish.http('GET', `${stagedPath}/${release.releaseId}`, { as: approver });
    expect((await ground.approve(release, approver, { headers: { 'if-match': '"other"' } })).status).toBe(412);
    expect((await ground.approve(release, approver, { headers: { 'if-match': etag } })).status).toBe(200);
  });

  it('counts for nothing where the bytes or the organization are others by now (P8, T11)', async () => {
    const repository = await ground.needing(2);
    const release = await ground.staged({ repository });
    await ground.approve(release, ground.approver());
    await publish.query('UPDATE staged_approvals SET organization_id = $2 WHERE release_id = $1', [
      release.releaseId,
      randomUUID(),
    ]);
    expect((await ground.approve(release, ground.approver())).json).toMatchObject({
      state: 'staged',
      approvals: { given: 1 },
    });
    await publish.query(`UPDATE staged_approvals SET contents = 'others' WHERE release_id = $1`, [release.releaseId]);
    expect((await ground.approve(release, ground.approver())).json).toMatchObject({
      state: 'staged',
      approvals: { given: 1 },
    });
  });

  it('is too late after 30 days, also before anybody has swept (P8)', async () => {
    const release = await ground.staged({ repository: await publish.repository() });
    const late = `UPDATE releases SET submitted_at = now() - interval '30 days 1 second' WHERE release_id = $1`;
    await publish.query(late, [release.releaseId]);
    expect(await ground.approve(release, ground.approver())).toMatchObject({
      status: 409,
      json: { code: 'staged-release.settled' },
    });
    expect((await publish.release(release)).state).toBe('staged');
  });

  it('is a conflict for what is archived', async () => {
    const repository = await publish.repository();
    const release = await ground.staged({ repository });
    await publish.query('UPDATE packages SET archived = true WHERE repository_id = $1', [repository.repositoryId]);
    expect(await ground.approve(release, ground.approver())).toMatchObject({
      status: 409,
      json: { code: 'package.archived' },
    });
    await publish.query('UPDATE repositories SET archived = true WHERE repository_id = $1', [repository.repositoryId]);
    expect((await ground.approve(release, ground.approver())).json).toMatchObject({ code: 'repository.archived' });
    expect((await publish.release(release)).state).toBe('staged');
  });

  it.each([
    { reason: 'x'.repeat(1001) },
    { reason: 'a\u0000b' },
    { files: [] },
    { files: [{ filename: 'x' }] },
    { state: 'published' },
    { code: '' },
  ])('refuses the body %j', async (body) => {
    const release = await ground.staged({ repository: await publish.repository() });
    expect((await ground.approve(release, ground.approver(), { body })).status).toBe(400);
    expect((await publish.release(release)).state).toBe('staged');
  });
});

describe('who approves', () => {
  it('gives a code along with a token, where they have a second factor (P8, W7)', async () => {
    const repository = await publish.repository();
    const release = await ground.staged({ repository });
    const token = tokenFor(publish.organizationId, 'owner', repository.repositoryId);
    ground.factors.enroll(userIdOf(token), '123456');
    const asked = await ground.approve(release, token);
    expect(asked).toMatchObject({ status: 401, json: { code: 'login.second-factor-needed' } });
    const wrong = await ground.approve(release, token, { body: { code: '000000' } });
    expect(wrong).toMatchObject({ status: 401, json: { code: 'login.second-factor-failed' } });
    expect((await publish.release(release)).state).toBe('staged');
    expect((await ground.approve(release, token, { body: { code: '123456' } })).status).toBe(200);
    const [row] = await publish.query('SELECT details FROM audit_events WHERE subject = $1', [
      `release:${release.releaseId}`,
    ]);
    expect(row?.['details']).toMatchObject({ provenBy: 'second-factor', given: 1, needed: 1 });
    expect(JSON.stringify(row)).not.toContain('123456');
  });

  it('is a person: no service account, and nobody who was not seen for a while (P8, W7)', async () => {
    const repository = await publish.repository();
    const release = await ground.staged({ repository });
    const token = tokenFor(publish.organizationId, 'owner', repository.repositoryId);
    ground.factors.isService(userIdOf(token));
    expect(await ground.approve(release, token)).toMatchObject({
      status: 403,
      json: { code: 'auth.people-only' },
    });
    const grants = [{ kind: 'organization', organizationId: publish.organizationId, role: 'owner' }] as const;
    const stale = person([...grants], { proven: false });
    expect(await ground.approve(release, stale)).toMatchObject({
      status: 403,
      json: { code: 'auth.step-up-required' },
    });
    expect((await publish.release(release)).state).toBe('staged');
  });

  it('is asked for a code only where they may approve, and only once it can count (A6)', async () => {
    const repository = await publish.repository();
    const release = await ground.staged({ repository });
    const before = ground.factors.asked;
    const strangers = randomUUID() as OrganizationId;
    const stranger = tokenFor(strangers, 'owner', repository.repositoryId);
    expect((await ground.approve(release, stranger)).status).toBe(404);
    const token = tokenFor(publish.organizationId, 'owner', repository.repositoryId);
    const files = [{ filename: 'x', sha256: 'y' }];
    expect((await ground.approve(release, token, { body: { files, code: '1' } })).status).toBe(409);
    expect(ground.factors.asked).toBe(before);
  });
});
