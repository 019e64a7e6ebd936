import { createHash, randomUUID } from 'node:crypto';
import type { BlobStore } from '@waybill/blob-storage';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { digestOf, digestToIntegrity } from '@waybill/domain';
import { parseNpmName, purlOf, releasePurlOf, tarballFilename } from '../src/names/npm-name.js';
import type { PackageJson } from '../src/publish/package-json.js';
import { tarballOf } from './tarball.js';

/** A published release of that package.json, its tarball in the store. */
export async function makeRelease(
  store: BlobStore,
  facts: RepositoryFacts,
  manifest: PackageJson,
  change: Partial<ReleaseFacts> = {},
): Promise<ReleaseFacts> {
  const name = parseNpmName(String(manifest['name']));
  const version = String(manifest['version']);
  const tarball = await tarballOf({ 'package.json': JSON.stringify(manifest) });
  const { digest, sizeBytes } = await store.put(tarball);
  const sha512 = digestOf('sha512', createHash('sha512').update(tarball).digest('hex'));
  const shasum = createHash('sha1').update(tarball).digest('hex');
  const now = new Date().toISOString();
  return {
    releaseId: randomUUID() as ReleaseFacts['releaseId'],
    repository: facts,
    purl: releasePurlOf(name, version),
    packagePurl: purlOf(name),
    version,
    state: 'published',
    artifacts: [
      {
        filename: tarballFilename(name, version),
        role: 'tarball',
        mediaType: 'application/octet-stream',
        sizeBytes,
        digests: { sha256: digest, sha512 },
      },
    ],
    metadata: {
      kind: 'inline',
      json: {
        manifest,
        facts: {
          integrity: digestToIntegrity(sha512),
          shasum,
          fileCount: 1,
          unpackedBytes: 100,
          hasInstallScript: false,
          hasShrinkwrap: false,
          hasBindingGyp: false,
        },
      },
    },
    tags: [],
    publishedBy: { actor: 'user:1', username: 'alice', userId: null },
    summary: {},
    submittedAt: now,
    settledAt: now,
    trustedPublisher: null,
    provenance: null,
    sourceVerified: null,
    approvals: [],
    reasons: [],
    ...change,
  };
}
