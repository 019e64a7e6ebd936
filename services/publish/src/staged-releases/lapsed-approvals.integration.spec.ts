import type { Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPublish } from '../../test/running-publish.js';
import { StagedGround } from '../../test/staged-ground.js';

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

describe('an approval of somebody who may not approve any more', () => {
  it('lets nothing go on, and is gone; the others stay (P8)', async () => {
    const release = await ground.staged({ repository: await ground.needing(3) });
    const [gone, stays, last, another] = [ground.approver(), ground.approver(), ground.approver(), ground.approver()];
    await ground.approve(release, gone);
    await ground.approve(release, stays);
    ground.people.end(userIdOf(gone));
    expect(await ground.approve(release, last)).toMatchObject({
      status: 200,
      json: {
        state: 'staged',
        approvals: { given: 2, needed: 3, by: [{ userId: userIdOf(stays) }, { userId: userIdOf(last) }] },
      },
    });
    expect(await ground.eventsOf(release)).toEqual(['staged']);
    const rows = await publish.query('SELECT user_id FROM staged_approvals WHERE release_id = $1', [release.releaseId]);
    expect(rows.map((row) => String(row['user_id'])).toSorted()).toEqual([userIdOf(stays), userIdOf(last)].toSorted());
    const audited = await publish.query(`SELECT details FROM audit_events WHERE subject = $1 AND details ? 'lapsed'`, [
      `release:${release.releaseId}`,
    ]);
    expect(audited).toMatchObject([{ details: { given: 2, needed: 3, lapsed: ['alice'] } }]);
    expect(await ground.approve(release, another)).toMatchObject({
      status: 200,
      json: { state: 'quarantined', approvals: { given: 3 } },
    });
    const approvers = (await publish.release(release)).approvals.map(({ userId }) => userId);
    expect(approvers).toEqual([stays, last, another].map(userIdOf));
  });

  it('is asked for in one message, and of who approves now as well (P8)', async () => {
    const release = await ground.staged({ repository: await ground.needing(2) });
    const [first, second] = [ground.approver(), ground.approver()];
    await ground.approve(release, first);
    const asked = ground.people.asked;
    ground.people.end(userIdOf(second));
    expect((await ground.approve(release, second)).status).toBe(403);
    expect(ground.people.asked).toBe(asked + 1);
    expect(await publish.release(release)).toMatchObject({ state: 'staged', approvals: [] });
    expect((await ground.approve(release, ground.approver())).json).toMatchObject({ state: 'quarantined' });
  });

  it('is taken for one as long as auth does not say: nothing goes on, and nothing is lost (P8)', async () => {
    const release = await ground.staged({ repository: await ground.needing(2) });
    await ground.approve(release, ground.approver());
    const last = ground.approver();
    ground.people.isDown = true;
    try {
      expect((await ground.approve(release, last)).status).toBe(503);
    } finally {
      ground.people.isDown = false;
    }
    expect((await publish.release(release)).state).toBe('staged');
    expect((await ground.approve(release, last)).json).toMatchObject({ state: 'quarantined', approvals: { given: 2 } });
  });
});
