import { submitRelease } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleasePathGround } from '../../test/release-path-ground.js';
import { codesOf, next, startReleasePathGround } from '../../test/release-path-ground.js';
import type { RunningPublish, Submitted } from '../../test/running-publish.js';

let ground: ReleasePathGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await startReleasePathGround();
  publish = ground.publish;
});

afterAll(async () => {
  await publish.stop();
});

async function isStored(wanted: Submitted): Promise<boolean> {
  const request = await publish.submission(wanted);
  return (await publish.store.stat(request.artifacts[0]!.digests.sha256)) !== undefined;
}

describe('a policy to refuse', () => {
  it('refuses a downgrade before any byte moves, and leaves nothing (P1)', async () => {
    const { repository } = await ground.trusted();
    await ground.policy(repository, { downgrade: 'refuse' });
    const wanted = next(repository, ground.thief);
    await expect(publish.submit(wanted)).rejects.toMatchObject({ kind: 'forbidden', code: 'release.path-downgrade' });
    expect(await isStored(wanted)).toBe(false);
    const rows = await publish.query(
      'SELECT 1 FROM releases JOIN packages USING (package_id) WHERE repository_id = $1',
      [repository.repositoryId],
    );
    expect(rows).toHaveLength(1);
  });

  it('refuses all that no trusted publisher publishes, also the first release, and names nobody who may (P1)', async () => {
    const repository = await publish.repository();
    await ground.policy(repository, { trustedPublishingOnly: 'always' });
    await expect(publish.submit(next(repository, publish.owner))).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'release.trusted-publishing-only',
    });
    expect(await publish.published(next(repository, ground.workflowOf(repository)))).toMatchObject({
      state: 'published',
    });
  });

  it('refuses a job that is not as it has to be, and what strangers can start whatever it says (P3)', async () => {
    const repository = await publish.repository();
    await ground.policy(repository, {
      context: 'hold',
      environments: ['release'],
      refs: ['refs/tags/v*'],
      hostedRunner: true,
    });
    expect(await publish.published(next(repository, ground.workflowOf(repository)))).toMatchObject({
      state: 'published',
    });
    const elsewhere = { ref: 'refs/heads/main', environment: 'test' };
    const held = await publish.published(
      next(repository, ground.workflowOf(repository, elsewhere), { name: 'new-name' }),
    );
    expect(codesOf(held)).toEqual(['path.context', 'path.context']);
    await ground.policy(repository, { environments: ['release'] });
    const submitted = publish.submit(
      next(repository, ground.workflowOf(repository, elsewhere), { name: 'other-name' }),
    );
    await expect(submitted).rejects.toMatchObject({ code: 'release.path-context' });
    await ground.policy(repository, { context: 'flag' });
    const strangers = ground.workflowOf(repository, { event: 'pull_request_target' });
    await expect(publish.submit(next(repository, strangers, { version: '2.0.0' }))).rejects.toMatchObject({
      code: 'release.path-context',
    });
  });

  it('is that of the narrowest pattern, and others go on', async () => {
    const repository = await publish.repository();
    const patterns = [{ ecosystem: 'npm', kind: 'scope', pattern: '@acme', trustedPublishingOnly: 'always' }];
    await ground.policy(repository, { patterns });
    await expect(publish.submit(next(repository, ground.thief, { name: '@acme/left-pad' }))).rejects.toMatchObject({
      code: 'release.trusted-publishing-only',
    });
    expect(await publish.published(next(repository, ground.thief))).toMatchObject({ state: 'published' });
  });

  it('only flags what it says to flag', async () => {
    const { repository } = await ground.trusted();
    await ground.policy(repository, { downgrade: 'flag', discontinuity: 'flag' });
    expect(await publish.published(next(repository, ground.thief))).toMatchObject({ state: 'published', reasons: [] });
  });
});

describe('the source that a release claims', () => {
  it('is verified where it came from there, and shown as not where it did not (P14)', async () => {
    const repository = await publish.repository();
    const of = async (version: string, sourceUrl: string, by: Principal) => {
      const request = await publish.submission({ repository, version, bytes: version, by });
      const { release } = await publish.ask(submitRelease, { ...request, summary: { sourceUrl } });
      return publish.scan(release);
    };
    const own = 'git+https://github.com/acme/left-pad.git';
    expect(await of('0.1.0', own, ground.thief)).toMatchObject({ state: 'published', sourceVerified: null });
    expect(await of('1.0.0', own, ground.workflowOf(repository))).toMatchObject({
      state: 'published',
      sourceVerified: true,
    });
    const jacked = await of('1.1.0', 'https://github.com/lodash/lodash', ground.workflowOf(repository));
    expect(jacked).toMatchObject({ state: 'published', sourceVerified: false });
    const target = `/api/v1/releases/${encodeURIComponent(jacked.purl)}?repository=${repository.slug}`;
    const { json } = await publish.http('GET', target);
    expect(json).toMatchObject({
      sourceVerified: false,
      provenance: null,
      approvals: [],
      trustedPublisher: { provider: 'github-actions', repository: 'acme/left-pad', ref: 'refs/tags/v1.4.2' },
    });
    expect(JSON.stringify(json)).not.toContain('alice-at-github');
    await ground.policy(repository, { source: 'refuse' });
    await expect(of('1.2.0', 'https://github.com/lodash/lodash', ground.workflowOf(repository))).rejects.toMatchObject({
      code: 'release.source-unverified',
    });
  });
});
