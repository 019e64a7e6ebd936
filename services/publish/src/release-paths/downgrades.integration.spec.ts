import { randomUUID } from 'node:crypto';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { submitRelease } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provenance } from '../../test/release-origins.js';
import type { ReleasePathGround } from '../../test/release-path-ground.js';
import { codesOf, next, startReleasePathGround } from '../../test/release-path-ground.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { leakedKey, pathTraversal } from '../../test/running-publish.js';

let ground: ReleasePathGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await startReleasePathGround();
  publish = ground.publish;
});

afterAll(async () => {
  await publish.stop();
});

async function markProven({ releaseId }: ReleaseFacts): Promise<void> {
  const set = 'UPDATE releases SET provenance = $2 WHERE release_id = $1';
  await publish.query(set, [releaseId, JSON.stringify(provenance)]);
}

/** A repository with a release that the stolen token might have made as well, and was made better by `mark`. */
async function withOne(mark: (release: ReleaseFacts) => Promise<void>): Promise<RepositoryFacts> {
  const repository = await publish.repository();
  await mark(await publish.published({ repository, version: '1.4.2', by: ground.thief }));
  return repository;
}

describe('an exception that people approved once is not the rule from then on (P1)', () => {
  it.each([
    ['releases that people approved', (one: ReleaseFacts) => ground.markApproved(one)],
    ['releases with provenance and no trusted publisher', (one: ReleaseFacts) => markProven(one)],
  ])('of a package that had only %s', async (_, mark) => {
    const repository = await withOne(mark);
    for (const version of ['1.4.3', '1.4.4', '1.4.5']) {
      const release = await publish.published(next(repository, ground.thief, { version }));
      expect(codesOf(release)).toEqual(['path.downgrade']);
      expect(release.reasons[0]?.message).toContain('1.4.2');
      await ground.approve(release);
    }
  });

  it('also a trusted publisher’s is none after what people approved', async () => {
    const repository = await withOne((one) => ground.markApproved(one));
    for (const version of ['1.4.3', '1.4.4']) {
      const release = await publish.published(next(repository, ground.workflowOf(repository), { version }));
      expect(codesOf(release)).toEqual(['path.downgrade']);
      await ground.approve(release);
    }
  });

  it('also one without provenance is none for its own trusted publisher, and others are not asked for what it had', async () => {
    const { repository, release } = await ground.trusted();
    await markProven(release);
    for (const version of ['1.4.3', '1.4.4']) {
      const late = await publish.published(next(repository, ground.workflowOf(repository), { version }));
      expect(codesOf(late)).toEqual(['path.provenance-missing']);
      await ground.approve(late);
    }
    const moved = ground.workflowOf(repository, {}, randomUUID() as typeof ground.publisherId);
    expect(codesOf(await publish.published(next(repository, moved, { version: '1.4.5' })))).toEqual([]);
  });
});

describe('a trusted publisher that is new to a package (P1)', () => {
  it('is asked for the provenance that people gave, also after an exception, as long as none has published', async () => {
    const repository = await withOne((one) => markProven(one));
    const exception = await publish.published(next(repository, ground.thief));
    await ground.approve(exception);
    const first = await publish.published(next(repository, ground.workflowOf(repository), { version: '1.4.4' }));
    expect(codesOf(first)).toEqual(['path.provenance-missing']);
    await ground.approve(first);
    const second = await publish.published(next(repository, ground.workflowOf(repository), { version: '1.4.5' }));
    expect(codesOf(second)).toEqual([]);
  });
});

describe('the first trusted release (P1)', () => {
  it('protects its package while it is checked, and tells others nothing of itself (A6)', async () => {
    const repository = await publish.repository();
    await publish.submit({ repository, version: '1.4.2', by: ground.workflowOf(repository) });
    const stolen = await publish.published(next(repository, ground.thief));
    expect(stolen).toMatchObject({ state: 'held', reasons: [{ code: 'path.downgrade' }] });
    expect(stolen.reasons[0]?.message).not.toMatch(/1\.4\.2|acme/);
    await ground.policy(repository, { downgrade: 'refuse' });
    const again = publish.submit(next(repository, ground.thief, { version: '1.4.4' }));
    await expect(again).rejects.toMatchObject({ kind: 'forbidden', code: 'release.path-downgrade' });
  });

  it('protects it while it is held, and who decides on the other sees both', async () => {
    const repository = await publish.repository();
    await publish.held({ repository, version: '1.4.2', by: ground.workflowOf(repository) }, leakedKey);
    const stolen = await publish.published(next(repository, ground.thief));
    expect(codesOf(stolen)).toEqual(['path.downgrade']);
    const view = await publish.http('GET', `/api/v1/held-releases/${stolen.releaseId}`, { as: publish.owner });
    expect(view.json).toMatchObject({ predecessor: { version: '1.4.2' } });
  });

  it('protects it while it waits for approval, of which only those are told who give it (P8, A6)', async () => {
    const repository = await publish.repository();
    const request = await publish.submission(next(repository, ground.workflowOf(repository), { version: '1.4.2' }));
    await publish.ask(submitRelease, { ...request, stage: true });
    const stolen = await publish.published(next(repository, ground.thief));
    expect(codesOf(stolen)).toEqual(['path.downgrade']);
    const view = await publish.http('GET', `/api/v1/held-releases/${stolen.releaseId}`, { as: publish.owner });
    expect(view.json).toMatchObject({ predecessor: null, changes: [] });
  });

  it('protects nothing once it is rejected, nor where the package says never', async () => {
    const repository = await publish.repository();
    const rejected = await publish.submit({ repository, version: '1.4.2', by: ground.workflowOf(repository) });
    await publish.scan(rejected.release, [pathTraversal]);
    expect(await publish.published(next(repository, ground.thief))).toMatchObject({ state: 'published' });
    await ground.policy(repository, { trustedPublishingOnly: 'never' });
    await publish.submit({ repository, version: '1.4.4', by: ground.workflowOf(repository) });
    const free = await publish.published(next(repository, ground.thief, { version: '1.4.5' }));
    expect(free).toMatchObject({ state: 'published' });
  });
});
