import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import type { RequestOf, submitRelease } from '@waybill/contracts';
import { digestHex, digestToIntegrity, DomainError } from '@waybill/domain';
import type { ReadAttestation } from '@waybill/provenance';
import { maxBundleBytes, readAttestation } from '@waybill/provenance';
import { BLOB_STORE } from '@waybill/service-host';
import type { NpmName } from '../names/npm-name.js';
import { releasePurlOf, tarballFilename } from '../names/npm-name.js';
import type { VersionFacts } from '../releases/version-facts.js';
import { storeMetadata } from '../releases/npm-release-metadata.js';
import type { ReleaseAttachments } from './attachments.rules.js';
import { digestIn, sortAttachments } from './attachments.rules.js';
import { assertInstallsInside } from './install-safety.rules.js';
import { assertManifestTruth } from './manifest-truth.rules.js';
import { canonicalVersion, runsCodeOnInstall } from './package-json.js';
import type { PublishDocument } from './publish-document.schema.js';
import { summaryOf } from './release-summary.rules.js';
import type { TarballContents } from './tarball.reader.js';
import { readTarball } from './tarball.reader.js';

type SubmitRequest = RequestOf<typeof submitRelease>;
type SubmittedArtifact = SubmitRequest['artifacts'][number];

/** A release as `publish` takes it, without who asks and where it goes. */
export type Submission = Omit<SubmitRequest, 'principal' | 'repositoryId' | 'requestId'>;

/** A publish document and its staged files → what is submitted. All metadata comes from the tarball. */
@Injectable()
export class SubmissionService {
  readonly #store: BlobStore;

  constructor(@Inject(BLOB_STORE) store: BlobStore) {
    this.#store = store;
  }

  /** Errors: `invalid` and `limit` `npm.*` and `provenance.*` for whatever contradicts itself (security.md P9) or escapes (P10). */
  async prepare(
    name: NpmName,
    document: PublishDocument,
    attachments: ReadonlyMap<string, StagedBlob>,
  ): Promise<Submission> {
    const files = sortAttachments(name, document, attachments);
    const contents = await readTarball(await this.#store.openStaged(files.tarball.key));
    assertManifestTruth(document.manifest, contents.packageJson, contents.hasBindingGyp);
    if (canonicalVersion(contents.packageJson['version']) !== document.version) {
      throw new DomainError('invalid', 'npm.version', 'The version in the tarball is not the one that is published.');
    }
    assertInstallsInside(contents.packageJson);
    const bundle = await this.#readBundle(name, document.version, files);
    const facts = factsOf(files.tarball, contents, document);
    return {
      purl: releasePurlOf(name, document.version),
      artifacts: artifactsOf(name, document.version, files, bundle),
      metadata: await storeMetadata(this.#store, { manifest: contents.packageJson, facts }),
      summary: summaryOf(contents.packageJson),
      tags: [...document.tags],
    };
  }

  async #readBundle(
    name: NpmName,
    version: string,
    { tarball, bundle }: ReleaseAttachments,
  ): Promise<ReadAttestation | undefined> {
    if (bundle === undefined) return undefined;
    const { blob, declaredLength } = bundle;
    if (blob.sizeBytes > maxBundleBytes) {
      throw new DomainError(
        'limit',
        'provenance.too-large',
        `A provenance bundle has at most ${maxBundleBytes} bytes.`,
      );
    }
    const bytes = await buffer(await this.#store.openStaged(blob.key));
    // npm counts characters where it means bytes; in an honest bundle they are the same.
    if (
      declaredLength !== undefined &&
      declaredLength !== bytes.length &&
      declaredLength !== bytes.toString('utf8').length
    ) {
      throw new DomainError('invalid', 'npm.integrity', 'The provenance bundle is not as long as its length says.');
    }
    // Told here, to the client that asks; who signed it is verified by `publish`, which reads it once more.
    const file = { filename: tarballFilename(name, version), digests: [digestIn(tarball, 'sha512')] };
    return readAttestation(bytes, { purl: releasePurlOf(name, version), files: [file] });
  }
}

function artifactsOf(
  name: NpmName,
  version: string,
  { tarball, bundle }: ReleaseAttachments,
  read: ReadAttestation | undefined,
): SubmittedArtifact[] {
  const filename = tarballFilename(name, version);
  const artifacts = [artifactOf(tarball, { filename, role: 'tarball', mediaType: 'application/octet-stream' })];
  if (bundle !== undefined && read !== undefined) {
    const described = { filename: `${filename}.sigstore`, role: 'attestation', mediaType: read.mediaType };
    artifacts.push(artifactOf(bundle.blob, described));
  }
  return artifacts;
}

function artifactOf(
  blob: StagedBlob,
  described: Pick<SubmittedArtifact, 'filename' | 'role' | 'mediaType'>,
): SubmittedArtifact {
  const digests = {
    sha256: digestIn(blob, 'sha256'),
    sha1: digestIn(blob, 'sha1'),
    sha512: digestIn(blob, 'sha512'),
  };
  return { ...described, sizeBytes: blob.sizeBytes, digests, stagedKey: blob.key };
}

function factsOf(tarball: StagedBlob, contents: TarballContents, document: PublishDocument): VersionFacts {
  const { _nodeVersion: nodeVersion, _npmVersion: npmVersion } = document.manifest;
  return {
    integrity: digestToIntegrity(digestIn(tarball, 'sha512')),
    shasum: digestHex(digestIn(tarball, 'sha1')),
    fileCount: contents.fileCount,
    unpackedBytes: contents.unpackedBytes,
    hasInstallScript: runsCodeOnInstall(contents.packageJson, contents.hasBindingGyp),
    hasShrinkwrap: contents.hasShrinkwrap,
    hasBindingGyp: contents.hasBindingGyp,
    ...(contents.readme === undefined ? {} : { readme: contents.readme }),
    ...(contents.readmeFilename === undefined ? {} : { readmeFilename: contents.readmeFilename }),
    ...(isToolVersion(nodeVersion) ? { nodeVersion } : {}),
    ...(isToolVersion(npmVersion) ? { npmVersion } : {}),
  };
}

// The client's own word, kept only where it looks like one.
function isToolVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.+-]{1,100}$/.test(value);
}
