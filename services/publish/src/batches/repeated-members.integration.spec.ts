import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { submitReleaseBatch } from '@waybill/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProvenanceGround } from '../../test/provenance-ground.js';
import { startProvenanceGround } from '../../test/provenance-ground.js';
import type { RunningPublish, SubmitRequest } from '../../test/running-publish.js';
import { batchOf, pathTraversal } from '../../test/running-publish.js';
import { RecordRelease } from '../pipeline/record-release.step.js';

let ground: ProvenanceGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await startProvenanceGround();
  publish = ground.publish;
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await ground.stop();
});

interface FirstTry {
  readonly repository: RepositoryFacts;
  readonly request: SubmitRequest;
  readonly bundle: object;
  /** Rejects the release beside it, and so all of its batch. */
  readonly reject: () => Promise<unknown>;
}

/** A batch of `left-pad`, which a job has signed, and of one beside it. */
async function firstTry(): Promise<FirstTry> {
  const repository = await publish.repository();
  const by = ground.tokenOfJob(repository);
  const bundle = await ground.bundleFor({});
  const request = await ground.attested({ repository, by }, bundle);
  const beside = await publish.submission({ repository, by, name: 'beside' });
  const { releases } = await publish.ask(submitReleaseBatch, batchOf([request, beside]));
  const second = releases[1]?.release;
  if (second === undefined) throw new Error('Not two.');
  return { repository, request, bundle, reject: () => publish.scan(second, [pathTraversal]) };
}

/** The same release once more, with another one beside it; what it was to join is rejected before anything is written. */
async function secondTry({ repository, reject }: FirstTry, again: SubmitRequest) {
  const record = publish.app.get(RecordRelease, { strict: false });
  const runAll = record.runAll.bind(record);
  const tries = vi.spyOn(record, 'runAll').mockImplementationOnce(async (...parameters) => {
    await reject();
    return runAll(...parameters);
  });
  const other = await publish.submission({ repository, by: again.principal, name: `other-${randomUUID()}` });
  const answer = publish.ask(submitReleaseBatch, batchOf([again, other]));
  return { answer, tries };
}

async function waitingIn({ repositoryId }: RepositoryFacts): Promise<Record<string, unknown>[]> {
  return publish.query(
    `SELECT releases.purl FROM releases JOIN packages USING (package_id)
      WHERE repository_id = $1 AND releases.state <> 'rejected'`,
    [repositoryId],
  );
}

describe('a release that is sent again in another batch, while what it would join is rejected (P9, I7)', () => {
  it('goes through every step: its provenance is verified, and its bytes are there', async () => {
    const before = await firstTry();
    for (const { digests } of before.request.artifacts) await publish.store.delete(digests.sha256);
    const { repository, request, bundle } = before;
    const again = await ground.attested({ repository, by: request.principal }, bundle);
    const { answer, tries } = await secondTry(before, again);
    const { releases } = await answer;
    expect(releases.map(({ joined }) => joined)).toEqual([false, false]);
    expect(tries).toHaveBeenCalledTimes(2);
    expect(releases[0]?.release.provenance).toMatchObject({ repositoryId: '74' });
    for (const { digests } of again.artifacts) expect(await publish.store.stat(digests.sha256)).toBeDefined();
    await Promise.all(releases.map(({ release }) => publish.emitScan(release)));
    expect(await publish.settled(releases[0]!.release)).toBe('published');
  });

  it('is refused where another job hands in what this one signed', async () => {
    const before = await firstTry();
    const other = ground.tokenOfJob(before.repository, { repository_id: '4711' });
    const { answer } = await secondTry(before, { ...before.request, principal: other });
    await expect(answer).rejects.toMatchObject({ kind: 'forbidden', code: 'provenance.other-identity' });
    expect(await waitingIn(before.repository)).toEqual([]);
  });

  it('is refused where its attestation is not the one that it is announced as', async () => {
    const before = await firstTry();
    const [tarball, announced] = before.request.artifacts;
    const forged = await ground.attestation(await ground.bundleFor({}));
    const artifacts = [tarball!, { ...announced!, stagedKey: forged.stagedKey }];
    const { answer } = await secondTry(before, { ...before.request, artifacts });
    await expect(answer).rejects.toMatchObject({ code: 'artifact.digest-mismatch' });
    expect(await waitingIn(before.repository)).toEqual([]);
  });

  it('is refused where its bytes are neither staged nor stored any more', async () => {
    const before = await firstTry();
    const [tarball] = before.request.artifacts;
    await publish.store.delete(tarball!.digests.sha256);
    const { answer } = await secondTry(before, before.request);
    await expect(answer).rejects.toMatchObject({ code: 'blob.staged-missing' });
    expect(await waitingIn(before.repository)).toEqual([]);
  });
});
