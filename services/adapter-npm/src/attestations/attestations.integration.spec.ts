import { createHash } from 'node:crypto';
import { packageAggregate, releasePublished, repositoryCreated } from '@waybill/contracts';
import { digestOf } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { bundleOf, statementAbout } from '../../test/publish-body.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { externalUrl, startAdapter } from '../../test/running-adapter.js';

const predicateType = 'https://slsa.dev/provenance/v1';
const verifiedProvenance = {
  predicateType,
  issuer: 'https://token.actions.githubusercontent.com',
  identity: 'https://github.com/acme/left-pad/.github/workflows/release.yml@refs/tags/v1.0.0',
  signedAt: '2026-11-20T10:00:00.000Z',
};
let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  }
});

afterAll(async () => {
  await adapter.stop();
});

/** A published release whose bundle is in the store, as `publish` announces it. */
async function publish(
  name: string,
  bundle: string | undefined,
  { visibility = 'public', verified = true }: { visibility?: 'public' | 'private'; verified?: boolean } = {},
) {
  const repository = adapter.repositories[visibility];
  const provenance = bundle === undefined || !verified ? null : verifiedProvenance;
  const release = await adapter.release(repository, { name, version: '1.0.0' }, { tags: ['latest'], provenance });
  if (bundle !== undefined) {
    const { digest, sizeBytes } = await adapter.store.put(Buffer.from(bundle));
    release.artifacts.push({
      filename: 'x.tgz.sigstore',
      role: 'attestation',
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      sizeBytes,
      digests: { sha256: digest, sha1: digestOf('sha1', createHash('sha1').update(bundle).digest('hex')) },
    });
  }
  const aggregate = packageAggregate(repository.repositoryId, release.packagePurl);
  await adapter.emit(releasePublished, { aggregate, version: 2, data: release });
  const principal = memberOf(repository);
  const target = `/npm/${repository.slug}/${name}/1.0.0`;
  await eventually(async () => expect((await adapter.call(target, { principal })).status).toBe(200));
}

const bundleFor = (name: string) =>
  JSON.stringify(bundleOf(statementAbout({ name, version: '1.0.0' }, Buffer.from('x'))), undefined, 1);

describe.each([
  ['attested', 'attested'],
  ['@acme/attested', '@acme%2fattested'],
])('a release of %s that was published with provenance', (name, escaped) => {
  it('says in both forms where its bundle is, below the path of the repository', async () => {
    await publish(name, bundleFor(name));
    const url = `${externalUrl}/npm/main/-/npm/v1/attestations/${escaped}@1.0.0`;
    for (const accept of ['application/json', 'application/vnd.npm.install-v1+json']) {
      const answer = await adapter.call(`/npm/main/${name}`, { headers: { accept } });
      expect(answer.json()).toMatchObject({
        versions: { '1.0.0': { dist: { attestations: { url, provenance: { predicateType } } } } },
      });
    }
    const answer = await adapter.call(url.slice(externalUrl.length));
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.bytes.toString()).toBe(
      `{"attestations":[{"predicateType":"${predicateType}","bundle":${bundleFor(name)}}]}`,
    );
  });

  it('has the same bundle under every spelling of its name (I5)', async () => {
    const spellings = [name, escaped, name.replace('/', '%2F'), name.replace('@', '%40')];
    for (const spelling of spellings) {
      const answer = await adapter.call(`/npm/main/-/npm/v1/attestations/${spelling}@1.0.0`);
      expect(answer.status).toBe(200);
    }
  });
});

describe('attestations', () => {
  it('are found for what has them only', async () => {
    await publish('unattested', undefined);
    const short = (await adapter.call('/npm/main/unattested')).json();
    expect(JSON.stringify(short)).not.toContain('"attestations"');
    for (const spec of ['unattested@1.0.0', 'unattested@9.9.9', 'nothing@1.0.0', 'unattested', 'unattested@latest']) {
      expect((await adapter.call(`/npm/main/-/npm/v1/attestations/${spec}`)).status).toBe(404);
    }
    expect((await adapter.call('/npm/main/-/npm/v1/attestations/..%2f..@1.0.0')).status).toBe(400);
  });

  it('are shown of no bundle that nobody has verified', async () => {
    await publish('unverified', bundleFor('unverified'), { verified: false });
    expect(JSON.stringify((await adapter.call('/npm/main/unverified')).json())).not.toContain('"attestations"');
    expect((await adapter.call('/npm/main/-/npm/v1/attestations/unverified@1.0.0')).status).toBe(404);
  });

  it('of a private package are as private as it is (A6)', async () => {
    await publish('hidden', bundleFor('hidden'), { visibility: 'private' });
    for (const name of ['hidden', 'never-published']) {
      const target = `/npm/secret/-/npm/v1/attestations/${name}@1.0.0`;
      expect((await adapter.call(target)).status).toBe(401);
      expect((await adapter.call(target, { principal: person() })).status).toBe(404);
    }
    const principal = memberOf(adapter.repositories.private);
    const seen = await adapter.call('/npm/secret/-/npm/v1/attestations/hidden@1.0.0', { principal });
    expect(seen.status).toBe(200);
    expect(seen.headers['cache-control']).toBe('private, no-cache');
  });
});
