import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { DataOf, EventEnvelope, ReleaseFacts } from '@waybill/contracts';
import { releaseHeld, releasePublished, releaseRejected, tagMoved, tagRemoved } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { BLOB_STORE } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { PackageKey } from '@waybill/read-model';
import { PackageChanges, ReleaseMarkRepository, evidenceOf } from '@waybill/read-model';
import { attestationsOf } from '../attestations/release-attestation.js';
import { DistTagEntity } from '../dist-tags/dist-tag.entity.js';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { loadMetadata } from '../releases/npm-release-metadata.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';
import { FirstReleaseProjection } from './first-release.projection.js';
import { npmNameIn } from '../names/npm-name.js';

/** Events of packages → read model. Each event is idempotent, and an older one never undoes a newer one. */
@Injectable()
export class PackageProjection {
  readonly #changes: PackageChanges;
  readonly #firstReleases: FirstReleaseProjection;
  readonly #releases: ReleaseRepository;
  readonly #marks: ReleaseMarkRepository;
  readonly #distTags: DistTagRepository;
  readonly #signingKeys: SigningKeysService;
  readonly #store: BlobStore;

  constructor(
    changes: PackageChanges,
    firstReleases: FirstReleaseProjection,
    releases: ReleaseRepository,
    marks: ReleaseMarkRepository,
    distTags: DistTagRepository,
    signingKeys: SigningKeysService,
    @Inject(BLOB_STORE) store: BlobStore,
  ) {
    this.#changes = changes;
    this.#firstReleases = firstReleases;
    this.#releases = releases;
    this.#marks = marks;
    this.#distTags = distTags;
    this.#signingKeys = signingKeys;
    this.#store = store;
  }

  @OnEvent(releasePublished)
  onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    return this.#projectRelease(event);
  }

  @OnEvent(releaseHeld)
  onHeld(event: EventEnvelope<DataOf<typeof releaseHeld>>): Promise<void> {
    return this.#projectRelease(event);
  }

  @OnEvent(releaseRejected)
  onRejected(event: EventEnvelope<DataOf<typeof releaseRejected>>): Promise<void> {
    return this.#projectRelease(event);
  }

  @OnEvent(tagMoved)
  async onTagMoved(event: EventEnvelope<DataOf<typeof tagMoved>>): Promise<void> {
    const { tag, version } = event.data;
    await this.#changes.project(event, (manager, key) => this.#saveTag(manager, key, { tag, version }, event));
  }

  @OnEvent(tagRemoved)
  async onTagRemoved(event: EventEnvelope<DataOf<typeof tagRemoved>>): Promise<void> {
    const { tag } = event.data;
    await this.#changes.project(event, (manager, key) => this.#saveTag(manager, key, { tag, version: null }, event));
  }

  async #projectRelease(event: EventEnvelope<ReleaseFacts>): Promise<void> {
    const facts = event.data;
    const name = npmNameIn(facts.packagePurl);
    if (name === undefined) return;
    const release = await this.#releaseOf(facts, event);
    const visible = facts.state === 'published' || facts.state === 'deprecated';
    if (visible && (await this.#firstReleases.project(event, name, release))) return;
    const change = async (manager: EntityManager, key: PackageKey) => {
      release.repositoryId = key.repositoryId;
      const { integrity } = release.facts;
      release.signatures = await this.#signingKeys.signaturesFor(manager, { name, version: facts.version, integrity });
      const taken = visible ? { ...facts, aggregateVersion: event.aggregateversion } : undefined;
      const changed = await this.#releases.save(
        manager,
        release,
        taken === undefined ? {} : { tags: this.#distTags.part(key, taken, 'release') },
      );
      if (!changed) return false;
      await this.#marks.apply(manager, [release.releaseId]);
      return true;
    };
    await this.#changes.project(event, change, { visible });
  }

  #saveTag(
    manager: EntityManager,
    key: PackageKey,
    pointed: Pick<DistTagEntity, 'tag' | 'version'>,
    { aggregateversion: aggregateVersion }: EventEnvelope,
  ): Promise<boolean> {
    return this.#distTags.save(manager, Object.assign(new DistTagEntity(), key, pointed, { aggregateVersion }));
  }

  async #releaseOf(facts: ReleaseFacts, event: EventEnvelope): Promise<ReleaseEntity> {
    const { manifest, facts: versionFacts } = await loadMetadata(this.#store, facts.metadata);
    const tarball = facts.artifacts.find((artifact) => artifact.role === 'tarball');
    if (tarball === undefined) throw new Error('A release without a tarball.');
    const release = new ReleaseEntity();
    release.releaseId = facts.releaseId;
    release.repositoryId = facts.repository.repositoryId;
    release.purl = facts.packagePurl;
    release.version = facts.version;
    release.state = facts.state;
    release.manifest = manifest;
    release.facts = versionFacts;
    release.tarballDigest = tarball.digests.sha256;
    release.tarballBytes = tarball.sizeBytes;
    release.publishedBy = facts.publishedBy.username;
    release.settledAt = new Date(facts.settledAt ?? event.time);
    release.reasons = facts.reasons;
    release.attestations = attestationsOf(facts);
    release.evidence = evidenceOf(facts);
    release.deprecation = facts.deprecation ?? null;
    release.aggregateVersion = event.aggregateversion;
    return release;
  }
}
