import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { DataOf, EventEnvelope, ReleaseFacts } from '@waybill/contracts';
import { releaseHeld, releasePublished, releaseRejected } from '@waybill/contracts';
import { isVisible } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { evidenceOf, PackageChanges, ReleaseMarkRepository } from '@waybill/read-model';
import { BLOB_STORE } from '@waybill/service-host';
import { projectNameIn } from '../projects/project-of-purl.js';
import { DistributionFileEntity } from './distribution-file.entity.js';
import { DistributionFileRepository } from './distribution-file.repository.js';
import { loadMetadata } from './file-metadata.js';

/** The artifact that is the file itself; others, such as attestations, speak for it. */
const fileRoles: readonly string[] = ['wheel', 'sdist'];

/** Events of releases → files of projects. Each event is idempotent, and an older one never undoes a newer one. */
@Injectable()
export class FileProjection {
  readonly #changes: PackageChanges;
  readonly #files: DistributionFileRepository;
  readonly #marks: ReleaseMarkRepository;
  readonly #store: BlobStore;

  constructor(
    changes: PackageChanges,
    files: DistributionFileRepository,
    marks: ReleaseMarkRepository,
    @Inject(BLOB_STORE) store: BlobStore,
  ) {
    this.#changes = changes;
    this.#files = files;
    this.#marks = marks;
    this.#store = store;
  }

  @OnEvent(releasePublished)
  onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    return this.#project(event);
  }

  @OnEvent(releaseHeld)
  onHeld(event: EventEnvelope<DataOf<typeof releaseHeld>>): Promise<void> {
    return this.#project(event);
  }

  @OnEvent(releaseRejected)
  onRejected(event: EventEnvelope<DataOf<typeof releaseRejected>>): Promise<void> {
    return this.#project(event);
  }

  async #project(event: EventEnvelope<ReleaseFacts>): Promise<void> {
    if (projectNameIn(event.data.packagePurl) === undefined) return;
    const file = await this.#fileOf(event.data, event);
    const visible = isVisible(file.state);
    await this.#changes.project(
      event,
      async (manager, key) => {
        file.repositoryId = key.repositoryId;
        if (!(await this.#files.save(manager, file))) return false;
        await this.#marks.apply(manager, [file.releaseId]);
        return true;
      },
      { visible },
    );
  }

  async #fileOf(facts: ReleaseFacts, event: EventEnvelope): Promise<DistributionFileEntity> {
    const { coreMetadata, ...metadata } = await loadMetadata(this.#store, facts.metadata);
    const artifact = facts.artifacts.find(({ role }) => fileRoles.includes(role));
    if (artifact === undefined) throw new Error('A release without a distribution.');
    const file = new DistributionFileEntity();
    file.releaseId = facts.releaseId;
    file.repositoryId = facts.repository.repositoryId;
    file.purl = facts.packagePurl;
    file.version = facts.version;
    file.state = facts.state;
    file.publishedBy = facts.publishedBy.username;
    file.settledAt = new Date(facts.settledAt ?? event.time);
    file.reasons = facts.reasons;
    file.deprecation = facts.deprecation ?? null;
    file.evidence = evidenceOf(facts);
    file.aggregateVersion = event.aggregateversion;
    file.filename = artifact.filename;
    file.fileDigest = artifact.digests.sha256;
    file.fileBytes = artifact.sizeBytes;
    file.metadataDigest = metadata.metadataFile?.digest ?? null;
    file.metadataBytes = metadata.metadataFile?.sizeBytes ?? null;
    file.metadata = metadata;
    file.coreMetadata = coreMetadata;
    return file;
  }
}
