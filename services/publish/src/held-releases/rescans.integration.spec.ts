import { releaseQuarantined } from '@waybill/contracts';
import type { ReleaseId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

const rescan = (releaseId: ReleaseId, as = publish.member) =>
  publish.http('POST', `/api/v1/held-releases/${releaseId}/rescan`, { as });

async function quarantines(releaseId: ReleaseId) {
  const events = await publish.replay({ types: [releaseQuarantined.type] });
  return events.filter(({ data }) => (data as { releaseId: string }).releaseId === releaseId);
}

function audited(releaseId: ReleaseId) {
  return publish.query(`SELECT actor, details FROM audit_events WHERE subject = $1 AND action = 'release.rescan'`, [
    `release:${releaseId}`,
  ]);
}

describe('a release that the scanner has given up on (I9)', () => {
  it('is given to the scanner again by whoever may review it, and settles when that one answers', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository, tags: ['latest'] });
    // The scanner fails on the first event, which becomes a dead letter: nothing is heard of it.
    const answer = await rescan(release.releaseId);
    expect(answer).toMatchObject({ status: 202, json: { state: 'quarantined', releaseId: release.releaseId } });
    const [first, second, ...more] = await quarantines(release.releaseId);
    expect(more).toEqual([]);
    expect(second?.data).toEqual(first?.data);
    expect(second?.aggregateversion).toBe((first?.aggregateversion ?? 0) + 1);
    expect(await audited(release.releaseId)).toMatchObject([{ details: { purl: release.purl, attempt: 1 } }]);
    expect((await publish.scan(release)).state).toBe('published');
  });

  it('is not given to it again within a minute, nor more than twenty times', async () => {
    const { release } = await publish.submit({ repository: await publish.repository() });
    const { releaseId } = release;
    const statuses = await Promise.all([rescan(releaseId), rescan(releaseId)]);
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([202, 429]);
    expect(await quarantines(releaseId)).toHaveLength(2);
    await publish.query(
      `INSERT INTO audit_events (id, at, actor, action, subject, details)
       SELECT gen_random_uuid(), now() - interval '1 day', 'user:1', 'release.rescan', $1, '{}' FROM generate_series(1, 20)`,
      [`release:${releaseId}`],
    );
    expect(await rescan(releaseId)).toMatchObject({ status: 409, json: { code: 'release.rescans' } });
  });

  it('is not given to it again once it has answered', async () => {
    const held = await publish.held({ repository: await publish.repository() });
    expect(await rescan(held.releaseId)).toMatchObject({ status: 409, json: { code: 'release.not-quarantined' } });
    expect(await quarantines(held.releaseId)).toHaveLength(1);
  });

  it('is nothing that strangers may have scanned, nor readers (A1, A6)', async () => {
    const { release } = await publish.submit({ repository: await publish.repository('private') });
    expect((await rescan(release.releaseId, person())).status).toBe(404);
    expect((await rescan(release.releaseId, memberOf(publish.organizationId, 'reader'))).status).toBe(404);
    expect((await publish.http('POST', `/api/v1/held-releases/${release.releaseId}/rescan`)).status).toBe(401);
    expect(await quarantines(release.releaseId)).toHaveLength(1);
  });
});
