import { randomUUID } from 'node:crypto';
import { getRelease, releaseQuarantined, submitRelease } from '@waybill/contracts';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { anonymous, releasePurl } from '@waybill/domain';
import { createLogger } from '@waybill/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { pathTraversal, type RunningPublish, startPublish } from '../../test/running-publish.js';
import { PIPELINE_STEPS, SubmitPipeline } from './submit.pipeline.js';
import type { PipelineStep } from './submission.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

/** What a crash in between must leave nothing of. */
async function rows(repositoryId: RepositoryId): Promise<unknown> {
  const [counts] = await publish.query(
    `SELECT (SELECT count(*)::integer FROM packages WHERE repository_id = $1) AS packages,
            (SELECT count(*)::integer FROM releases JOIN packages USING (package_id) WHERE repository_id = $1) AS releases,
            (SELECT count(*)::integer FROM artifacts JOIN releases USING (release_id) JOIN packages USING (package_id)
              WHERE repository_id = $1) AS artifacts,
            (SELECT count(*)::integer FROM outbox WHERE aggregate LIKE $1::text || '/%') AS events`,
    [repositoryId],
  );
  return counts;
}

describe('a submission', () => {
  it('is recorded as quarantined, with its artifacts, its bytes and one event', async () => {
    const repository = await publish.repository();
    const { release, joined } = await publish.submit({ repository, tags: ['latest'] });
    expect(joined).toBe(false);
    expect(release).toMatchObject({
      state: 'quarantined',
      version: '1.0.0',
      tags: ['latest'],
      reasons: [],
      repository,
    });
    expect(await publish.release(release)).toEqual(release);
    const digest = release.artifacts[0]!.digests.sha256;
    expect(await publish.store.stat(digest)).toMatchObject({ sizeBytes: 9 });
    const events = await publish.replay({ types: [releaseQuarantined.type] });
    const mine = events.filter((event) => event.subject === `${repository.repositoryId}/${release.packagePurl}`);
    expect(mine).toMatchObject([{ aggregateversion: 1, data: release }]);
  });

  it('keeps the metadata as it was, in the order of its keys', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const json = { zebra: 1, apple: { z: [], a: null } };
    const { release } = await publish.ask(submitRelease, { ...request, metadata: { kind: 'inline', json } });
    const { metadata } = await publish.release(release);
    expect(JSON.stringify(metadata)).toBe(JSON.stringify({ kind: 'inline', json }));
  });

  it('counts the events of a package without gaps', async () => {
    const repository = await publish.repository();
    await publish.published({ repository, version: '1.0.0', bytes: 'one', tags: ['latest', 'next'] });
    await publish.published({ repository, version: '2.0.0', bytes: 'two' });
    const events = (await publish.replay()).filter((event) => event.subject.startsWith(repository.repositoryId + '/'));
    expect(events.map((event) => event.aggregateversion)).toEqual(events.map((_, index) => index + 1));
  });

  it('answers that there is no release for an id that nobody gave', async () => {
    const releaseId = randomUUID() as Parameters<typeof publish.release>[0]['releaseId'];
    expect(await publish.ask(getRelease, { releaseId })).toEqual({ release: null });
  });
});

describe('who may submit', () => {
  it('is decided on the repository that was found, by the one decision function (A1, A3)', async () => {
    const repository = await publish.repository('public');
    const elsewhere = memberOf(randomUUID() as OrganizationId, 'owner');
    await expect(publish.submit({ repository, by: elsewhere })).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(publish.submit({ repository, by: memberOf(publish.organizationId, 'reader') })).rejects.toMatchObject({
      kind: 'forbidden',
    });
    await expect(publish.submit({ repository, by: anonymous })).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(await rows(repository.repositoryId)).toEqual({ packages: 0, releases: 0, artifacts: 0, events: 0 });
  });

  it('learns nothing of a hidden repository: the answer is that of a missing one (A6)', async () => {
    const hidden = await publish.repository('private');
    const missing = { ...hidden, repositoryId: randomUUID() as RepositoryId };
    for (const by of [person(), anonymous]) {
      const answers = await Promise.all(
        [hidden, missing].map((repository) => publish.submit({ repository, by }).catch((error: unknown) => error)),
      );
      const [first, second] = answers as { code: string; message: string }[];
      expect([first?.code, first?.message]).toEqual([second?.code, second?.message]);
    }
  });

  it('learns nothing of a version that exists already (A6)', async () => {
    const repository = await publish.repository('private');
    await publish.submit({ repository });
    await expect(publish.submit({ repository, by: person() })).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('names', () => {
  it('are plain ASCII (I6)', async () => {
    const repository = await publish.repository();
    await expect(publish.submit({ repository, name: 'lеft-pad' })).rejects.toMatchObject({ code: 'name.not-plain' });
  });

  it('differ in more than upper and lower case (I5)', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const named = (name: string) => releasePurl({ ecosystem: 'maven', namespace: 'org.acme', name }, '1.0.0');
    await publish.ask(submitRelease, { ...request, purl: named('Left') });
    const other = await publish.submission({ repository });
    await expect(publish.ask(submitRelease, { ...other, purl: named('left') })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'package.name-taken',
    });
  });

  it('of files have no path and are there once', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const [artifact] = request.artifacts;
    for (const artifacts of [[{ ...artifact!, filename: '../x.tgz' }], [artifact!, artifact!]]) {
      await expect(publish.ask(submitRelease, { ...request, artifacts })).rejects.toMatchObject({
        code: 'artifact.filename',
      });
    }
  });
});

describe('a version never changes', () => {
  it('the same bytes again join the release, whatever its state', async () => {
    const repository = await publish.repository();
    const first = await publish.submit({ repository });
    expect(await publish.submit({ repository })).toEqual({ release: first.release, joined: true });
    const published = await publish.scan(first.release);
    expect(await publish.submit({ repository })).toEqual({ release: published, joined: true });
    await publish.query(`UPDATE releases SET state = 'withdrawn' WHERE release_id = $1`, [published.releaseId]);
    expect(await publish.submit({ repository })).toMatchObject({ release: { state: 'withdrawn' }, joined: true });
  });

  it('other bytes are a conflict, also when it is held (I8)', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository });
    for (const state of ['quarantined', 'held', 'published', 'yanked', 'deprecated']) {
      await publish.query(`UPDATE releases SET state = $1 WHERE release_id = $2`, [state, release.releaseId]);
      await expect(publish.submit({ repository, bytes: 'other bytes' })).rejects.toMatchObject({
        kind: 'conflict',
        code: 'release.immutable',
        details: { state },
      });
    }
  });

  it('a rejected one was never seen: other bytes take its place, and its row stays (I8)', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository });
    const rejected = await publish.scan(release, [pathTraversal]);
    expect(await publish.submit({ repository })).toEqual({ release: rejected, joined: true });
    const second = await publish.submit({ repository, bytes: 'better bytes' });
    expect(second).toMatchObject({ joined: false, release: { state: 'quarantined' } });
    expect(await publish.scan(second.release)).toMatchObject({ state: 'published' });
    expect(await publish.release(rejected)).toEqual(rejected);
  });

  it('20 submissions of the same bytes at once make one release, and all succeed', async () => {
    const repository = await publish.repository();
    const replies = await Promise.all(Array.from({ length: 20 }, () => publish.submit({ repository })));
    expect(new Set(replies.map((reply) => reply.release.releaseId)).size).toBe(1);
    expect(replies.filter((reply) => !reply.joined)).toHaveLength(1);
    expect(await rows(repository.repositoryId)).toEqual({ packages: 1, releases: 1, artifacts: 1, events: 1 });
  });

  it('20 submissions of different bytes at once have one winner, and the others are told why', async () => {
    const repository = await publish.repository();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => publish.submit({ repository, bytes: `bytes ${index}` })),
    );
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(lost).toHaveLength(19);
    for (const reason of lost) expect(reason).toMatchObject({ code: 'release.immutable' });
    expect(await rows(repository.repositoryId)).toEqual({ packages: 1, releases: 1, artifacts: 1, events: 1 });
  });
});

describe('bytes', () => {
  it('that are not what was staged are refused (I7)', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository, bytes: 'honest bytes' });
    const [artifact] = request.artifacts;
    const other = (await publish.submission({ repository, bytes: 'other bytes!' })).artifacts[0]!;
    const sha512 = other.digests.sha512!;
    for (const lie of [
      { digests: other.digests },
      { digests: { ...artifact!.digests, sha512 } },
      { sizeBytes: artifact!.sizeBytes + 1 },
      { sizeBytes: artifact!.sizeBytes - 1 },
    ]) {
      await expect(
        publish.ask(submitRelease, { ...request, artifacts: [{ ...artifact!, ...lie }] }),
      ).rejects.toMatchObject({ kind: 'invalid', code: 'artifact.digest-mismatch' });
    }
    expect(await rows(repository.repositoryId)).toEqual({ packages: 0, releases: 0, artifacts: 0, events: 0 });
    expect(await publish.store.stat(other.digests.sha256)).toBeUndefined();
  });

  it('that nobody staged are refused', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository, bytes: 'soon gone' });
    await publish.store.discardStaged(request.artifacts[0]!.stagedKey as never);
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ code: 'blob.staged-missing' });
  });

  it('of a request that arrives twice are taken once', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository, bytes: 'sent twice' });
    const { release } = await publish.ask(submitRelease, request);
    expect(await publish.ask(submitRelease, request)).toEqual({ release, joined: true });
  });

  it('that are described at too great a length are refused before anything is written', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const metadata = { kind: 'inline' as const, json: { readme: 'x'.repeat(600 * 1024) } };
    await expect(publish.ask(submitRelease, { ...request, metadata })).rejects.toMatchObject({
      code: 'release.too-large',
    });
  });
});

describe('a crash', () => {
  const names = [
    'parse-coordinates',
    'check-name',
    'find-repository',
    'authorize',
    'apply-repository-policy',
    'check-namespace',
    'check-immutability',
    'check-package',
    'verify-provenance',
    'compare-release-path',
    'promote-artifacts',
    'record-release',
  ];

  it('is tried before every step there is, in the order of the pipeline', () => {
    expect(steps().map((step) => step.name)).toEqual(names);
  });

  it.each(names)('before %s leaves nothing half-visible, and the same again succeeds', async (name) => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository, bytes: `crashed before ${name}` });
    const at = names.indexOf(name);
    const crash: PipelineStep = { name: 'crash', run: () => Promise.reject(new Error('killed')) };
    const broken = [...steps().slice(0, at), crash, ...steps().slice(at)];
    await expect(pipelineOf(broken).submit(request)).rejects.toThrow('killed');
    expect(await rows(repository.repositoryId)).toEqual({ packages: 0, releases: 0, artifacts: 0, events: 0 });
    expect(await publish.ask(submitRelease, request)).toMatchObject({ joined: false });
  });

  it('after record-release, before the answer, joins the release that is there', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository, bytes: 'answer lost' });
    const lost: PipelineStep = {
      name: 'lost',
      run: async (submission) => {
        await steps().at(-1)!.run(submission);
        throw new Error('killed');
      },
    };
    await expect(pipelineOf([...steps().slice(0, -1), lost]).submit(request)).rejects.toThrow('killed');
    expect(await rows(repository.repositoryId)).toEqual({ packages: 1, releases: 1, artifacts: 1, events: 1 });
    expect(await publish.submit({ repository, bytes: 'answer lost' })).toMatchObject({ joined: true });
  });

  it('in the middle of the transaction leaves no part of it', async () => {
    const repository = await publish.repository();
    await publish.query(`ALTER TABLE artifacts ADD CONSTRAINT no_more CHECK (false) NOT VALID`);
    const request = await publish.submission({ repository, bytes: 'half-way' });
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ kind: 'internal' });
    expect(await rows(repository.repositoryId)).toEqual({ packages: 0, releases: 0, artifacts: 0, events: 0 });
    await publish.query(`ALTER TABLE artifacts DROP CONSTRAINT no_more`);
    expect(await publish.ask(submitRelease, request)).toMatchObject({ joined: false });
  });
});

function steps(): readonly PipelineStep[] {
  return publish.app.get<readonly PipelineStep[]>(PIPELINE_STEPS, { strict: false });
}

function pipelineOf(steps: readonly PipelineStep[]): SubmitPipeline {
  return new SubmitPipeline(steps, createLogger({ service: 'publish', level: 'silent' }));
}
