import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import { BLOB_STORE } from '@waybill/service-host';
import type { RequestOf } from '@waybill/contracts';
import { submitRelease } from '@waybill/contracts';
import type { Resource } from '@waybill/domain';
import { digestHex, digestToIntegrity, DomainError } from '@waybill/domain';
import type { EdgeContext, UploadedBody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { NpmName } from '../names/npm-name.js';
import { releasePurlOf, tarballFilename } from '../names/npm-name.js';
import type { VersionFacts } from '../packument/packument.builder.js';
import { storeMetadata } from '../releases/npm-release-metadata.js';
import { assertManifestTruth } from './manifest-truth.rules.js';
import { canonicalVersion, runsCodeOnInstall } from './package-json.js';
import { readPublishBody } from './publish-body.reader.js';
import type { PublishDocument } from './publish-document.schema.js';
import { parsePublishDocument } from './publish-document.schema.js';
import { SettlementService } from './settlement.service.js';
import type { TarballContents } from './tarball.reader.js';
import { readTarball } from './tarball.reader.js';

const maxTarballBytes = 256 * 1024 * 1024;
const submitTimeoutMilliseconds = 15_000;

export interface PublishCommand {
  readonly name: NpmName;
  readonly resource: Extract<Resource, { kind: 'package' }>;
  readonly upload: UploadedBody;
  readonly context: EdgeContext;
}

type SubmittedArtifact = RequestOf<typeof submitRelease>['artifacts'][number];

/** `PUT /{pkg}` with a tarball: read the body, derive the metadata from the tarball, submit, wait until it is settled. */
@Injectable()
export class PublishService {
  readonly #store: BlobStore;
  readonly #requests: RequestClient;
  readonly #settlement: SettlementService;

  constructor(@Inject(BLOB_STORE) store: BlobStore, requests: RequestClient, settlement: SettlementService) {
    this.#store = store;
    this.#requests = requests;
    this.#settlement = settlement;
  }

  async publish(command: PublishCommand): Promise<void> {
    const staged: StagedBlob[] = [];
    try {
      const { document, attachments } = await this.#readBody(command.upload, staged);
      const release = await this.#submit(command, parsePublishDocument(command.name, document), attachments);
      await this.#settlement.waitFor(release, command.context.deadline, command.context.externalUrl);
    } finally {
      // What the release took is gone from the staging area; the rest has no owner any more.
      await Promise.all(staged.map((blob) => this.#store.discardStaged(blob.key)));
    }
  }

  async #readBody(upload: UploadedBody, staged: StagedBlob[]) {
    if (upload.contentEncoding !== undefined && upload.contentEncoding !== 'identity') {
      throw new DomainError('invalid', 'npm.document', 'A publish document is sent without Content-Encoding.');
    }
    const stage = (_name: string, contents: Readable) =>
      this.#store.stage(contents, { maxBytes: maxTarballBytes, digests: ['sha1', 'sha512'] });
    return readPublishBody(await upload.open(), stage, (blob) => staged.push(blob));
  }

  async #submit(command: PublishCommand, document: PublishDocument, attachments: ReadonlyMap<string, StagedBlob>) {
    const tarball = tarballOf(command.name, document, attachments);
    const contents = await readTarball(await this.#store.openStaged(tarball.key));
    assertManifestTruth(document.manifest, contents.packageJson, contents.hasBindingGyp);
    if (canonicalVersion(contents.packageJson['version']) !== document.version) {
      throw new DomainError('invalid', 'npm.version', 'The version in the tarball is not the one that is published.');
    }
    const metadata = { manifest: contents.packageJson, facts: factsOf(tarball, contents, document) };
    const { release } = await this.#requests.ask(
      submitRelease,
      {
        principal: command.context.principal,
        repositoryId: command.resource.repositoryId,
        purl: releasePurlOf(command.name, document.version),
        artifacts: artifactsOf(command.name, document.version, attachments),
        metadata: await storeMetadata(this.#store, metadata),
        tags: [...document.tags],
        requestId: command.context.requestId,
      },
      { timeoutMs: submitTimeoutMilliseconds },
    );
    return release;
  }
}

function tarballOf(name: NpmName, document: PublishDocument, attachments: ReadonlyMap<string, StagedBlob>): StagedBlob {
  const tarballs = [...attachments].filter(([file]) => file.endsWith('.tgz'));
  const [entry] = tarballs;
  if (entry === undefined || tarballs.length > 1 || attachments.size > 2) {
    throw new DomainError(
      'invalid',
      'npm.attachments',
      'A publish document has one tarball, and at most a provenance bundle.',
    );
  }
  const [file, blob] = entry;
  if (file.slice(file.lastIndexOf('/') + 1) !== tarballFilename(name, document.version)) {
    throw new DomainError('invalid', 'npm.attachments', 'The tarball is named after another package or version.');
  }
  const declared = document.declaredLengths.get(file);
  if (declared !== undefined && declared !== blob.sizeBytes) throw mismatch('length');
  if (document.integrity !== undefined && !integritiesOf(blob).includes(document.integrity))
    throw mismatch('dist.integrity');
  if (document.shasum !== undefined && document.shasum !== shasumOf(blob)) throw mismatch('dist.shasum');
  return blob;
}

function artifactsOf(
  name: NpmName,
  version: string,
  attachments: ReadonlyMap<string, StagedBlob>,
): SubmittedArtifact[] {
  return [...attachments].map(([file, blob]) => {
    const tarball = file.endsWith('.tgz');
    const { sha1, sha512 } = blob.digests;
    return {
      filename: tarball ? tarballFilename(name, version) : `${tarballFilename(name, version)}.sigstore`,
      role: tarball ? 'tarball' : 'attestation',
      mediaType: tarball ? 'application/octet-stream' : 'application/vnd.dev.sigstore.bundle+json',
      sizeBytes: blob.sizeBytes,
      digests: { sha256: required(blob.digests.sha256), sha1: required(sha1), sha512: required(sha512) },
      stagedKey: blob.key,
    };
  });
}

function factsOf(tarball: StagedBlob, contents: TarballContents, document: PublishDocument): VersionFacts {
  const { _nodeVersion: nodeVersion, _npmVersion: npmVersion } = document.manifest;
  return {
    integrity: digestToIntegrity(required(tarball.digests.sha512)),
    shasum: shasumOf(tarball),
    fileCount: contents.fileCount,
    unpackedBytes: contents.unpackedBytes,
    hasInstallScript: runsCodeOnInstall(contents.packageJson, contents.hasBindingGyp),
    hasShrinkwrap: contents.hasShrinkwrap,
    hasBindingGyp: contents.hasBindingGyp,
    ...(contents.readme === undefined ? {} : { readme: contents.readme }),
    ...(contents.readmeFilename === undefined ? {} : { readmeFilename: contents.readmeFilename }),
    ...(typeof nodeVersion === 'string' ? { nodeVersion: nodeVersion.slice(0, 100) } : {}),
    ...(typeof npmVersion === 'string' ? { npmVersion: npmVersion.slice(0, 100) } : {}),
  };
}

function integritiesOf(blob: StagedBlob): string[] {
  return Object.values(blob.digests).map(digestToIntegrity);
}

function shasumOf(blob: StagedBlob): string {
  return digestHex(required(blob.digests.sha1));
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The store did not compute a digest that was asked for.');
  return value;
}

function mismatch(field: string): DomainError {
  return new DomainError('invalid', 'npm.integrity', `The tarball is not the one that ${field} describes.`);
}
