import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { DataOf, EventEnvelope, ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { releaseHeld, releasePublished, releaseRejected, tagMoved, tagRemoved } from '@waybill/contracts';
import type { PackagePurl } from '@waybill/domain';
import { parsePackagePurl } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { BLOB_STORE, SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { attestationsOf } from '../attestations/release-attestation.js';
import type { AdapterNpmConfig } from '../config.js';
import { DistTagEntity } from '../dist-tags/dist-tag.entity.js';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import type { NpmName } from '../names/npm-name.js';
import { parseNpmName } from '../names/npm-name.js';
import { PackumentProjector } from '../packument/packument.projector.js';
import { PackumentRepository } from '../packument/packument.repository.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { loadMetadata } from '../releases/npm-release-metadata.js';
import { repositoryUrl } from '../repositories/npm-request.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';
import { ProjectionNews } from './projection-news.js';

/** Events of packages → read model. Each event is idempotent, and an older one never undoes a newer one. */
@Injectable()
export class PackageProjection {
  readonly #unitOfWork: UnitOfWork;
  readonly #packuments: PackumentRepository;
  readonly #projector: PackumentProjector;
  readonly #releases: ReleaseRepository;
  readonly #distTags: DistTagRepository;
  readonly #news: ProjectionNews;
  readonly #signingKeys: SigningKeysService;
  readonly #store: BlobStore;
  readonly #config: AdapterNpmConfig;

  constructor(
    unitOfWork: UnitOfWork,
    packuments: PackumentRepository,
    projector: PackumentProjector,
    releases: ReleaseRepository,
    distTags: DistTagRepository,
    news: ProjectionNews,
    signingKeys: SigningKeysService,
    @Inject(BLOB_STORE) store: BlobStore,
    @Inject(SERVICE_CONFIG) config: AdapterNpmConfig,
  ) {
    this.#unitOfWork = unitOfWork;
    this.#packuments = packuments;
    this.#projector = projector;
    this.#releases = releases;
    this.#distTags = distTags;
    this.#news = news;
    this.#signingKeys = signingKeys;
    this.#store = store;
    this.#config = config;
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
    await this.#project(event, (manager) => this.#saveTag(manager, event, tag, version));
  }

  @OnEvent(tagRemoved)
  async onTagRemoved(event: EventEnvelope<DataOf<typeof tagRemoved>>): Promise<void> {
    await this.#project(event, (manager) => this.#saveTag(manager, event, event.data.tag, null));
  }

  async #projectRelease(event: EventEnvelope<ReleaseFacts>): Promise<void> {
    const facts = event.data;
    const name = npmNameOf(facts.packagePurl);
    if (name === undefined) return;
    const release = await this.#releaseOf(facts, event);
    await this.#project(event, async (manager) => {
      const { integrity } = release.facts;
      release.signatures = await this.#signingKeys.signaturesFor(manager, { name, version: facts.version, integrity });
      const changed = await this.#releases.save(manager, release);
      if (!changed) return false;
      if (facts.state !== 'published') return true;
      for (const tag of facts.tags) await this.#saveTag(manager, event, tag, facts.version);
      return true;
    });
  }

  async #project(
    event: EventEnvelope<{ readonly repository: RepositoryFacts; readonly packagePurl: PackagePurl }>,
    change: (manager: EntityManager) => Promise<boolean>,
  ): Promise<void> {
    const { repository, packagePurl: purl } = event.data;
    const name = npmNameOf(purl);
    if (name === undefined) return;
    const key = { repositoryId: repository.repositoryId, purl };
    await this.#unitOfWork.run(async (manager) => {
      const entity = await this.#packuments.lockPackage(manager, key, name);
      const changed = await change(manager);
      entity.aggregateVersion = Math.max(entity.aggregateVersion, event.aggregateversion);
      if (changed) {
        entity.modifiedAt = new Date(Math.max(entity.modifiedAt.getTime(), Date.parse(event.time)));
        const url = repositoryUrl(this.#config.WAYBILL_EXTERNAL_URL, repository.slug);
        await this.#projector.rebuild(manager, entity, url);
      }
      await this.#packuments.savePackage(manager, entity);
    });
    this.#news.announce({ ...key, packagePurl: purl, aggregateVersion: event.aggregateversion });
  }

  #saveTag(
    manager: EntityManager,
    event: EventEnvelope<{ readonly repository: RepositoryFacts; readonly packagePurl: PackagePurl }>,
    name: string,
    version: string | null,
  ): Promise<boolean> {
    const tag = new DistTagEntity();
    tag.repositoryId = event.data.repository.repositoryId;
    tag.purl = event.data.packagePurl;
    tag.tag = name;
    tag.version = version;
    tag.aggregateVersion = event.aggregateversion;
    return this.#distTags.save(manager, tag);
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
    release.attestations = attestationsOf(facts.artifacts, versionFacts);
    release.aggregateVersion = event.aggregateversion;
    return release;
  }
}

/** The npm name of a package, or undefined for a package of another ecosystem. */
function npmNameOf(purl: PackagePurl): NpmName | undefined {
  const { ecosystem, namespace, name } = parsePackagePurl(purl);
  if (ecosystem !== 'npm') return undefined;
  return parseNpmName(namespace === undefined ? name : `${namespace}/${name}`);
}
