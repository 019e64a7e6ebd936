import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { StagedGround } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

function targetOf({ slug }: { readonly slug: string }): string {
  return `/api/v1/repositories/${slug}/staging-policy`;
}

describe('a staging policy', () => {
  it('asks for one approval until somebody says otherwise, which is audited once', async () => {
    const repository = await publish.repository();
    const target = targetOf(repository);
    const before = await publish.http('GET', target, { as: publish.member });
    expect(before.json).toEqual({ approvals: 1, stagedOnly: false });
    const body = { approvals: 3, stagedOnly: true };
    const headers = { 'if-match': before.etag ?? '' };
    const changed = await publish.http('PUT', target, { as: publish.owner, body, headers });
    expect([changed.status, changed.json]).toEqual([200, body]);
    expect(changed.etag).not.toBe(before.etag);
    expect((await publish.http('PUT', target, { as: publish.owner, body, headers })).status).toBe(412);
    expect((await publish.http('PUT', target, { as: publish.owner, body })).status).toBe(200);
    const audited = await publish.audit(`repository:${repository.repositoryId}`);
    expect(audited.slice(1)).toEqual([[expect.stringMatching(/^user:/), 'staging-policy.change']]);
  });

  it('is for admins who were seen a moment ago, and none where the repository is hidden (A1, A6, W7)', async () => {
    const repository = await publish.repository('private');
    const body = { approvals: 1, stagedOnly: true };
    const put = (as?: Parameters<RunningPublish['http']>[2]) => publish.http('PUT', targetOf(repository), as);
    expect((await put({ body })).status).toBe(401);
    expect((await put({ as: publish.member, body })).status).toBe(403);
    expect((await put({ as: person(), body })).status).toBe(404);
    const { organizationId } = publish;
    const stale = person([{ kind: 'organization', organizationId, role: 'owner' }], { proven: false });
    expect(await put({ as: stale, body })).toMatchObject({ status: 403, json: { code: 'auth.step-up-required' } });
    expect((await publish.http('GET', targetOf(repository), { as: person() })).status).toBe(404);
  });

  it.each([
    {},
    { approvals: 0, stagedOnly: false },
    { approvals: 11, stagedOnly: false },
    { approvals: 1.5, stagedOnly: false },
    { approvals: 1 },
    { approvals: 1, stagedOnly: 'yes' },
    { approvals: 1, stagedOnly: false, more: true },
  ])('refuses %j', async (body) => {
    const target = targetOf(await publish.repository());
    expect((await publish.http('PUT', target, { as: publish.owner, body })).status).toBe(400);
  });

  it('holds for what waits already: more are needed, or those that were given are enough (P8)', async () => {
    const repository = await ground.needing(1);
    const release = await ground.staged({ repository });
    await ground.policy(repository, { approvals: 3, stagedOnly: false });
    const [first, second] = [ground.approver(), memberOf(publish.organizationId, 'admin')];
    await ground.approve(release, first);
    expect((await ground.approve(release, second)).json).toMatchObject({ state: 'staged', approvals: { given: 2 } });
    expect((await ground.approve(release, second)).status).toBe(409);
    await ground.policy(repository, { approvals: 2, stagedOnly: false });
    expect((await ground.approve(release, first)).json).toMatchObject({
      state: 'quarantined',
      approvals: { given: 2 },
    });
  });
});
