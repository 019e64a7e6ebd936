import type { ReleaseFacts } from '@waybill/contracts';
import { submitReleaseBatch } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf, leakedKey, type RunningPublish } from '../../test/running-publish.js';
import { StagedGround } from '../../test/staged-ground.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

async function heldPair(): Promise<[ReleaseFacts, ReleaseFacts]> {
  const repository = await publish.repository();
  const wishes = await Promise.all(['one', 'two'].map((name) => publish.submission({ repository, name })));
  const { releases } = await publish.ask(submitReleaseBatch, batchOf(wishes));
  const [first, second] = releases.map(({ release }) => release);
  if (first === undefined || second === undefined) throw new Error('Not two.');
  await publish.emitScan(first, [leakedKey]);
  await publish.scan(second, [leakedKey]);
  return [first, second];
}

function approve({ releaseId }: ReleaseFacts, as: Principal) {
  return publish.http('POST', `/api/v1/held-releases/${releaseId}/approve`, { as, body: { reason: 'known' } });
}

describe('a batch of which each release was approved by itself', () => {
  it('is not published with the approval of somebody who may not approve any more; that one is held again (P8)', async () => {
    const [first, second] = await heldPair();
    const [gone, last] = [ground.approver(), ground.approver()];
    expect((await approve(first, gone)).status).toBe(200);
    ground.people.end(gone.kind === 'anonymous' ? '' : gone.userId);
    expect(await approve(second, last)).toMatchObject({ status: 200, json: { state: 'held' } });
    expect(await publish.release(first)).toMatchObject({
      state: 'held',
      reasons: [{ code: 'review.lapsed' }, { code: leakedKey.code }],
    });
    expect(await approve(first, ground.approver())).toMatchObject({ status: 200, json: { state: 'published' } });
    expect((await publish.release(second)).state).toBe('published');
  });

  it('has whose approval lapsed in its audit, with who decided then (P8, W9)', async () => {
    const [first, second] = await heldPair();
    const [gone, last] = [ground.approver(), ground.approver()];
    if (gone.kind === 'anonymous' || last.kind === 'anonymous') throw new Error('They are people.');
    await approve(first, gone);
    ground.people.end(gone.userId);
    await approve(second, last);
    const audited = await publish.query(
      `SELECT * FROM audit_events WHERE action = 'release.decide' AND subject = $1 AND details ? 'lapsed'`,
      [`release:${first.releaseId}`],
    );
    expect(audited).toMatchObject([{ details: { lapsed: [gone.username], verdict: 'held', purl: first.purl } }]);
    expect(JSON.stringify(audited[0])).toContain(last.userId);
  });

  it('waits while auth does not say (P8)', async () => {
    const [first, second] = await heldPair();
    await approve(first, ground.approver());
    ground.people.isDown = true;
    try {
      expect((await approve(second, ground.approver())).status).toBe(503);
    } finally {
      ground.people.isDown = false;
    }
    expect((await publish.release(second)).state).toBe('held');
    expect(await approve(second, ground.approver())).toMatchObject({ json: { state: 'published' } });
  });
});
