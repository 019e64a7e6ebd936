import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { RepositoryFacts } from '@waybill/contracts';
import { submitRelease, submitReleaseBatch } from '@waybill/contracts';
import type { Digest } from '@waybill/domain';
import type { RunningCiIssuer, Sigstore, TempDir } from '@waybill/testing';
import { makeSigstore, npmStatement, startCiIssuer, tempDir } from '@waybill/testing';
import { providers, readClaims } from '@waybill/trusted-publishing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PublishEnvironment } from '../../test/publish-environment.js';
import { publishEnvironment } from '../../test/publish-environment.js';
import { publisherWith, tokenOfPublisher } from '../../test/release-origins.js';
import type { RunningPublish, Submitted, SubmitRequest } from '../../test/running-publish.js';
import { startPublish } from '../../test/running-publish.js';

let directory: TempDir;
let environment: PublishEnvironment;
let publish: RunningPublish;
let sigstore: Sigstore;
let github: RunningCiIssuer;

beforeAll(async () => {
  sigstore = await makeSigstore();
  github = await startCiIssuer('github-actions');
  directory = await tempDir('trust');
  const file = join(directory.path, 'trusted_root.json');
  await writeFile(file, sigstore.trustedRoot);
  const made = await publishEnvironment();
  environment = { ...made, variables: { ...made.variables, WAYBILL_SIGSTORE_TRUST: file } };
  publish = await startPublish(environment);
});

afterAll(async () => {
  await publish.stop();
  await environment.dispose();
  await github.stop();
  await directory.dispose();
});

const bytes = 'a tarball';

/** What a job would sign for what is submitted. */
function statementFor({ name = 'left-pad', version = '1.0.0', bytes: text = bytes }: Partial<Submitted>): object {
  return npmStatement({ name, version, tarball: Buffer.from(text) });
}

async function bundleFor(wanted: Partial<Submitted>, claims: Record<string, unknown> = {}): Promise<object> {
  return sigstore.sign(statementFor(wanted), await github.token({ aud: 'sigstore', ...claims }));
}

/** A submission with an attestation beside its tarball. */
async function attested(wanted: Submitted, bundle: object): Promise<SubmitRequest> {
  const request = await publish.submission({ bytes, ...wanted });
  return { ...request, artifacts: [...request.artifacts, await attestation(bundle)] };
}

async function attestation(bundle: object, filename = 'left-pad.sigstore'): Promise<SubmitRequest['artifacts'][0]> {
  const staged = await publish.store.stage(Readable.from([Buffer.from(JSON.stringify(bundle))]), {
    maxBytes: 1_000_000,
    digests: ['sha512'],
  });
  const { sha256 } = staged.digests as { sha256: Digest };
  return {
    filename,
    role: 'attestation',
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    sizeBytes: staged.sizeBytes,
    digests: { sha256 },
    stagedKey: staged.key,
  };
}

/** The token of a publisher for which this very job's ID token was exchanged. */
function tokenOfJob(repository: RepositoryFacts, claims: Record<string, unknown> = {}) {
  const path = providers['github-actions'].releasePath(readClaims('github-actions', github.payload(claims)));
  return tokenOfPublisher(publish.organizationId, repository.repositoryId, publisherWith(path));
}

async function expectNothing(repository: RepositoryFacts): Promise<void> {
  const rows = await publish.query('SELECT 1 FROM packages WHERE repository_id = $1', [repository.repositoryId]);
  expect(rows).toEqual([]);
}

describe('a release with provenance', () => {
  it('says who built it, once that is verified', async () => {
    const repository = await publish.repository();
    const request = await attested({ repository, by: tokenOfJob(repository) }, await bundleFor({}));
    const { release } = await publish.ask(submitRelease, request);
    expect(release.provenance).toMatchObject({
      issuer: github.issuer,
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
    const request = await attested({ repository }, await bundleFor({}));
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
    const bundle = await sigstore.sign(statement, await github.token({ aud: 'sigstore' }));
    const purl = 'pkg:maven/org.acme/left@1.0.0' as SubmitRequest['purl'];
    const jars = [
      { ...jar!, filename: 'left-1.0.0.jar' },
      { ...other!, filename: 'left-1.0.0-sources.jar' },
    ];
    const partly = await publish.ask(submitRelease, {
      ...request,
      purl,
      artifacts: [...jars, await attestation(bundle)],
    });
    expect(partly.release.provenance ?? null).toBeNull();
    expect(partly.release.artifacts).toHaveLength(3);
  });
});

describe('provenance is refused before anything is stored (P9)', () => {
  it('when nobody who is trusted signed it', async () => {
    const repository = await publish.repository();
    const stranger = await makeSigstore();
    const bundle = await stranger.sign(statementFor({}), await github.token({ aud: 'sigstore' }));
    const request = await attested({ repository }, bundle);
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
    const request = await attested({ repository }, await bundleFor(about));
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ kind: 'invalid', code });
    await expectNothing(repository);
  });

  it('when its bytes are not those that were announced (I7)', async () => {
    const repository = await publish.repository();
    const request = await attested({ repository }, await bundleFor({}));
    const [tarball, announced] = request.artifacts;
    const other = await attestation(await bundleFor({}));
    const lie = { ...announced!, stagedKey: other.stagedKey };
    await expect(publish.ask(submitRelease, { ...request, artifacts: [tarball!, lie] })).rejects.toMatchObject({
      code: 'artifact.digest-mismatch',
    });
    await expectNothing(repository);
  });

  it('when two of them tell different stories', async () => {
    const repository = await publish.repository();
    const request = await attested({ repository }, await bundleFor({}));
    const other = await attestation(await bundleFor({}, { sha: 'f'.repeat(40) }), 'other.sigstore');
    await expect(
      publish.ask(submitRelease, { ...request, artifacts: [...request.artifacts, other] }),
    ).rejects.toMatchObject({ code: 'provenance.contradiction' });
    await expectNothing(repository);
  });

  it('in a batch, of which nothing is there then', async () => {
    const repository = await publish.repository();
    const good = await attested({ repository }, await bundleFor({}));
    const bad = await attested({ repository, name: 'right-pad' }, await bundleFor({}));
    const { principal, repositoryId, requestId } = good;
    const submissions = [good, bad].map(({ purl, artifacts, metadata, summary, tags }) => {
      return { purl, artifacts, metadata, summary, tags };
    });
    const batch = { principal, repositoryId, requestId, submissions };
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
    const request = await attested({ repository, by: tokenOfJob(repository) }, await bundleFor({}, claims));
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
      const bundle = await sigstore.sign(statementFor({}), await other.token({ aud: 'sigstore' }));
      const request = await attested({ repository, by: tokenOfJob(repository) }, bundle);
      await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({
        code: 'provenance.other-identity',
        message: expect.stringContaining('another issuer') as string,
      });
    } finally {
      await other.stop();
    }
  });
});
