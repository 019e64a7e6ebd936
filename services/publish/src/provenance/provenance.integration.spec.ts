import type { RepositoryFacts } from '@waybill/contracts';
import { submitRelease, submitReleaseBatch } from '@waybill/contracts';
import { makeSigstore, startCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvenanceGround } from '../../test/provenance-ground.js';
import { startProvenanceGround, statementFor } from '../../test/provenance-ground.js';
import type { RunningPublish, SubmitRequest } from '../../test/running-publish.js';
import { batchOf } from '../../test/running-publish.js';

let ground: ProvenanceGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await startProvenanceGround();
  publish = ground.publish;
});

afterAll(async () => {
  await ground.stop();
});

const bytes = 'a tarball';

async function expectNothing(repository: RepositoryFacts): Promise<void> {
  const rows = await publish.query('SELECT 1 FROM packages WHERE repository_id = $1', [repository.repositoryId]);
  expect(rows).toEqual([]);
}

describe('a release with provenance', () => {
  it('says who built it, once that is verified', async () => {
    const repository = await publish.repository();
    const request = await ground.attested(
      { repository, by: ground.tokenOfJob(repository) },
      await ground.bundleFor({}),
    );
    const { release } = await publish.ask(submitRelease, request);
    expect(release.provenance).toMatchObject({
      issuer: ground.github.issuer,
      repositoryId: '74',
      repositoryUrl: 'https://github.com/acme/left-pad',
      workflow: '.github/workflows/release.yml',
      ref: 'refs/tags/v1.4.2',
    });
    expect(await publish.release(release)).toEqual(release);
    // The same request once more, as after a lost answer, whose bytes are no longer staged.
    expect(await publish.ask(submitRelease, request)).toEqual({ release, joined: true });
  });

  it('by a personal token is verified as well, and stored with who signed it', async () => {
    const repository = await publish.repository();
    const request = await ground.attested({ repository }, await ground.bundleFor({}));
    expect(await publish.ask(submitRelease, request)).toMatchObject({
      release: { trustedPublisher: null, provenance: { repositoryId: '74' } },
    });
  });

  it('has none where an attestation is missing', async () => {
    const { release } = await publish.submit({ repository: await publish.repository(), bytes });
    expect(release.provenance ?? null).toBeNull();
  });

  it('has none where only a part of it is attested', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository, name: 'org.acme:left', bytes });
    const [jar] = request.artifacts;
    const other = (await publish.submission({ repository, bytes: 'another file' })).artifacts[0];
    const statement = {
      ...statementFor({}),
      subject: [{ name: 'left-1.0.0.jar', digest: { sha256: jar?.digests.sha256.slice('sha256:'.length) } }],
    };
    const bundle = await ground.sigstore.sign(statement, await ground.github.token({ aud: 'sigstore' }));
    const purl = 'pkg:maven/org.acme/left@1.0.0' as SubmitRequest['purl'];
    const jars = [
      { ...jar!, filename: 'left-1.0.0.jar' },
      { ...other!, filename: 'left-1.0.0-sources.jar' },
    ];
    const partly = await publish.ask(submitRelease, {
      ...request,
      purl,
      artifacts: [...jars, await ground.attestation(bundle)],
    });
    expect(partly.release.provenance ?? null).toBeNull();
    expect(partly.release.artifacts).toHaveLength(3);
  });
});

describe('provenance is refused before anything is stored (P9)', () => {
  it('when nobody who is trusted signed it', async () => {
    const repository = await publish.repository();
    const stranger = await makeSigstore();
    const bundle = await stranger.sign(statementFor({}), await ground.github.token({ aud: 'sigstore' }));
    const request = await ground.attested({ repository }, bundle);
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'provenance.certificate',
    });
    await expectNothing(repository);
    expect(await publish.store.stat(request.artifacts[1]!.digests.sha256)).toBeUndefined();
  });

  it.each([
    ['another package', { name: 'right-pad' }, 'provenance.other-release'],
    ['another version', { version: '1.0.1' }, 'provenance.other-release'],
    ['other bytes', { bytes: 'another tarball' }, 'provenance.other-bytes'],
  ])('when it is about %s', async (_, about, code) => {
    const repository = await publish.repository();
    const request = await ground.attested({ repository }, await ground.bundleFor(about));
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ kind: 'invalid', code });
    await expectNothing(repository);
  });

  it('when its bytes are not those that were announced (I7)', async () => {
    const repository = await publish.repository();
    const request = await ground.attested({ repository }, await ground.bundleFor({}));
    const [tarball, announced] = request.artifacts;
    const other = await ground.attestation(await ground.bundleFor({}));
    const lie = { ...announced!, stagedKey: other.stagedKey };
    await expect(publish.ask(submitRelease, { ...request, artifacts: [tarball!, lie] })).rejects.toMatchObject({
      code: 'artifact.digest-mismatch',
    });
    await expectNothing(repository);
  });

  it('when two of them tell different stories', async () => {
    const repository = await publish.repository();
    const request = await ground.attested({ repository }, await ground.bundleFor({}));
    const other = await ground.attestation(await ground.bundleFor({}, { sha: 'f'.repeat(40) }), 'other.sigstore');
    await expect(
      publish.ask(submitRelease, { ...request, artifacts: [...request.artifacts, other] }),
    ).rejects.toMatchObject({ code: 'provenance.contradiction' });
    await expectNothing(repository);
  });

  it('when there is more of it than anybody reads', async () => {
    const repository = await publish.repository();
    const request = await ground.attested({ repository }, {});
    const [tarball, one] = request.artifacts;
    const many = Array.from({ length: 201 }, (_, index) => ({ ...one!, filename: `${index}.sigstore` }));
    await expect(publish.ask(submitRelease, { ...request, artifacts: [tarball!, ...many] })).rejects.toMatchObject({
      kind: 'limit',
      code: 'provenance.too-many',
    });
    await expectNothing(repository);
  });

  it('in a batch, of which nothing is there then', async () => {
    const repository = await publish.repository();
    const good = await ground.attested({ repository }, await ground.bundleFor({}));
    const bad = await ground.attested({ repository, name: 'right-pad' }, await ground.bundleFor({}));
    const batch = batchOf([good, bad]);
    await expect(publish.ask(submitReleaseBatch, batch)).rejects.toMatchObject({ code: 'provenance.other-release' });
    await expectNothing(repository);
  });
});

describe('a token of a trusted publisher (T8)', () => {
  it.each([
    ['repository', { repository_id: '4711' }],
    ['owner', { repository_owner_id: '4711' }],
    ['workflow', { workflow_ref: 'acme/left-pad/.github/workflows/other.yml@refs/tags/v1.4.2' }],
    ['ref', { ref: 'refs/heads/main', workflow_ref: 'acme/left-pad/.github/workflows/release.yml@refs/heads/main' }],
    ['commit', { sha: 'f'.repeat(40) }],
  ])('does not publish what another %s signed', async (what, claims) => {
    const repository = await publish.repository();
    const request = await ground.attested(
      { repository, by: ground.tokenOfJob(repository) },
      await ground.bundleFor({}, claims),
    );
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'provenance.other-identity',
      message: expect.stringContaining(`signed by another ${what} (`) as string,
    });
    await expectNothing(repository);
  });

  it('does not publish what another issuer says of a repository of the same name and id (T3)', async () => {
    const repository = await publish.repository();
    const other = await startCiIssuer('github-actions');
    try {
      const bundle = await ground.sigstore.sign(statementFor({}), await other.token({ aud: 'sigstore' }));
      const request = await ground.attested({ repository, by: ground.tokenOfJob(repository) }, bundle);
      await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({
        code: 'provenance.other-identity',
        message: expect.stringContaining('another issuer') as string,
      });
    } finally {
      await other.stop();
    }
  });
});
