import type { ReleaseFacts } from '@waybill/contracts';
import { submitRelease } from '@waybill/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ReleasePathGround } from '../../test/release-path-ground.js';
import { codesOf, next, startReleasePathGround } from '../../test/release-path-ground.js';
import type { RunningPublish } from '../../test/running-publish.js';

let ground: ReleasePathGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await startReleasePathGround();
  publish = ground.publish;
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await publish.stop();
});

describe('what was compared without a lock', () => {
  it('is compared again when the first trusted release comes in between (P1)', async () => {
    const repository = await publish.repository();
    await publish.published({ repository, version: '1.0.0', by: ground.thief });
    const stolen = await publish.submission(next(repository, ground.thief));
    ground.beforeWriting(() =>
      publish.published({ repository, version: '1.4.2', bytes: 'ci', by: ground.workflowOf(repository) }),
    );
    const { release } = await publish.ask(submitRelease, stolen);
    expect(codesOf(await publish.scan(release))).toEqual(['path.downgrade']);
  });

  it('is compared again when the first trusted release is only submitted in between, and not published yet (P1)', async () => {
    const repository = await publish.repository();
    const stolen = await publish.submission(next(repository, ground.thief));
    ground.beforeWriting(() => publish.submit({ repository, version: '1.4.2', by: ground.workflowOf(repository) }));
    const { release } = await publish.ask(submitRelease, stolen);
    expect(codesOf(await publish.scan(release))).toEqual(['path.downgrade']);
  });

  it('knows of the first trusted release, whichever of many that come at once is written after it (P1)', async () => {
    const repository = await publish.repository();
    const workflow = ground.workflowOf(repository);
    const wanted = Array.from({ length: 20 }, (_, index) =>
      next(repository, index === 10 ? workflow : ground.thief, { version: `3.${index}.0` }),
    );
    await Promise.all(wanted.map((one) => publish.submit(one)));
    const events = (await publish.replay()).filter(({ subject }) => subject.startsWith(`${repository.repositoryId}/`));
    const inOrder = events.map(({ data }) => (data as ReleaseFacts).releaseId);
    const rows = await publish.query(
      `SELECT release_id, trusted_publisher IS NOT NULL AS trusted, jsonb_array_length(submission_findings) AS findings
         FROM releases WHERE release_id = ANY($1) ORDER BY array_position($1, release_id)`,
      [inOrder],
    );
    const first = rows.findIndex(({ trusted }) => trusted === true);
    expect(rows).toHaveLength(20);
    expect(rows.map(({ findings }) => findings)).toEqual(rows.map((_, index) => (index > first ? 1 : 0)));
  });

  it('is compared again when the policy changes in between (P1)', async () => {
    const { repository } = await ground.trusted();
    const stolen = await publish.submission(next(repository, ground.thief));
    ground.beforeWriting(() => ground.policy(repository, { downgrade: 'refuse' }));
    await expect(publish.ask(submitRelease, stolen)).rejects.toMatchObject({ code: 'release.path-downgrade' });
    const fresh = await publish.repository();
    const first = await publish.submission(next(fresh, ground.thief));
    ground.beforeWriting(() => ground.policy(fresh, { trustedPublishingOnly: 'always' }));
    await expect(publish.ask(submitRelease, first)).rejects.toMatchObject({ code: 'release.trusted-publishing-only' });
  });

  it('holds each of 20 releases that a stolen token publishes at once (P1)', async () => {
    const { repository } = await ground.trusted();
    const wanted = Array.from({ length: 20 }, (_, index) =>
      next(repository, ground.thief, { version: `2.${index}.0` }),
    );
    const releases = await Promise.all(wanted.map((one) => publish.submit(one)));
    const settled = await Promise.all(releases.map(({ release }) => publish.scan(release)));
    expect(new Set(settled.map(({ state }) => state))).toEqual(new Set(['held']));
  });
});
