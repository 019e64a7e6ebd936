import { releasePublished, releaseRejected } from '@waybill/contracts';
import type { ReleaseId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leakedKey, type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

const list = '/api/v1/held-releases';

async function eventsOf(releaseId: ReleaseId): Promise<string[]> {
  const events = await publish.replay({ types: [releasePublished.type, releaseRejected.type] });
  return events.flatMap(({ type, data }) =>
    (data as { releaseId: string }).releaseId === releaseId ? [type.split('.')[2] ?? ''] : [],
  );
}

describe('approving', () => {
  it('publishes, moves the tags, and is audited exactly once (W9)', async () => {
    const repository = await publish.repository();
    const release = await publish.held({ repository, tags: ['latest'] });
    const answer = await publish.http('POST', `${list}/${release.releaseId}/approve`, {
      as: publish.owner,
      body: { reason: 'it is a test key' },
    });
    expect(answer).toMatchObject({ status: 200, json: { state: 'published', reasons: [] } });
    expect(await eventsOf(release.releaseId)).toEqual(['published']);
    const published = await publish.replay({ types: [releasePublished.type] });
    expect(published.filter((event) => event.subject.startsWith(`${repository.repositoryId}/`))).toMatchObject([
      { data: { tags: ['latest'], version: '1.0.0' } },
    ]);
    expect(await publish.audit(`release:${release.releaseId}`)).toEqual([
      ['policy', 'release.decide'],
      [expect.stringMatching(/^user:/), 'release.approve'],
    ]);
  });

  it('needs the right to approve: a member may look, and not decide (A1)', async () => {
    const release = await publish.held({ repository: await publish.repository('private') });
    const target = `${list}/${release.releaseId}`;
    expect((await publish.http('GET', target, { as: publish.member })).status).toBe(200);
    for (const verb of ['approve', 'reject']) {
      const answer = await publish.http('POST', `${target}/${verb}`, { as: publish.member, body: { reason: 'x' } });
      expect(answer.status).toBe(403);
    }
    expect((await publish.release(release)).state).toBe('held');
    expect(await publish.audit(`release:${release.releaseId}`)).toHaveLength(1);
  });

  it('20 reviewers at once decide once; the others are told that it is done (W9)', async () => {
    const release = await publish.held({ repository: await publish.repository() });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        publish.http('POST', `${list}/${release.releaseId}/${index % 2 === 0 ? 'approve' : 'reject'}`, {
          as: publish.owner,
          body: { reason: 'at once' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(await eventsOf(release.releaseId)).toHaveLength(1);
    expect(await publish.audit(`release:${release.releaseId}`)).toHaveLength(2);
  });

  it('is a conflict for a release that waits for nobody', async () => {
    const repository = await publish.repository();
    const published = await publish.published({ repository });
    const quarantined = (await publish.submit({ repository, version: '2.0.0' })).release;
    for (const { releaseId } of [published, quarantined]) {
      const sent = { as: publish.owner, body: { reason: 'go on' } };
      expect(await publish.http('POST', `${list}/${releaseId}/approve`, sent)).toMatchObject({
        status: 409,
        json: { code: 'release.not-held' },
      });
    }
  });

  it.each([{}, { reason: '' }, { reason: 'x'.repeat(1001) }, { reason: 'x', state: 'published' }])(
    'refuses the body %j',
    async (body) => {
      const release = await publish.held({ repository: await publish.repository() });
      const answer = await publish.http('POST', `${list}/${release.releaseId}/approve`, { as: publish.owner, body });
      expect(answer.status).toBe(400);
      expect((await publish.release(release)).state).toBe('held');
    },
  );
});

describe('rejecting', () => {
  it('tells the publisher why, keeps the findings, and leaves the tags alone', async () => {
    const repository = await publish.repository();
    const release = await publish.held({ repository, tags: ['latest'] });
    await publish.http('POST', `${list}/${release.releaseId}/reject`, {
      as: publish.owner,
      body: { reason: 'a real key' },
    });
    const now = await publish.release(release);
    expect(now).toMatchObject({ state: 'rejected', reasons: [{ code: 'review.rejected' }, leakedKey] });
    expect(now.reasons[0]?.message).toContain('a real key');
    expect(await eventsOf(release.releaseId)).toEqual(['rejected']);
    expect(await publish.audit(`release:${release.releaseId}`)).toHaveLength(2);
  });
});
