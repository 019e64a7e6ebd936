import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { BLOB_STORE } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { PackageEntity } from './package.entity.js';
import type { Packument, PackumentInput, PublishedVersion } from './packument.builder.js';
import { buildAbbreviatedPackument, buildFullPackument } from './packument.builder.js';
import type { PackumentForm } from './packument.entity.js';
import { PackumentEntity } from './packument.entity.js';
import { PackumentRepository } from './packument.repository.js';

// Larger documents would not fit into a message of the bus, and go by reference.
const maxInlineBytes = 200 * 1024;

/** Writes the documents that clients read, whenever something about a package changed: reads build nothing. */
@Injectable()
export class PackumentProjector {
  readonly #packuments: PackumentRepository;
  readonly #releases: ReleaseRepository;
  readonly #distTags: DistTagRepository;
  readonly #store: BlobStore;

  constructor(
    packuments: PackumentRepository,
    releases: ReleaseRepository,
    distTags: DistTagRepository,
    @Inject(BLOB_STORE) store: BlobStore,
  ) {
    this.#packuments = packuments;
    this.#releases = releases;
    this.#distTags = distTags;
    this.#store = store;
  }

  /** Both forms of one package, whose row is locked by `manager`'s transaction. */
  async rebuild(manager: EntityManager, entity: PackageEntity, repositoryUrl: string): Promise<void> {
    const releases = await this.#releases.publishedOf(manager, entity.repositoryId, entity.purl);
    if (releases.length === 0) {
      await this.#packuments.remove(manager, entity);
      return;
    }
    const input: PackumentInput = {
      name: entity.name,
      repositoryUrl,
      versions: releases.map(publishedVersionOf),
      distTags: await this.#distTags.of(entity.repositoryId, entity.purl, manager),
      modifiedAt: entity.modifiedAt,
      revision: entity.aggregateVersion,
    };
    await this.#write(manager, entity, 'full', buildFullPackument(input), repositoryUrl);
    await this.#write(manager, entity, 'abbreviated', buildAbbreviatedPackument(input), repositoryUrl);
  }

  async #write(
    manager: EntityManager,
    owner: PackageEntity,
    form: PackumentForm,
    packument: Packument,
    repositoryUrl: string,
  ): Promise<void> {
    const body = Buffer.from(JSON.stringify(packument.document));
    const entity = new PackumentEntity();
    entity.repositoryId = owner.repositoryId;
    entity.purl = owner.purl;
    entity.form = form;
    entity.repositoryUrl = repositoryUrl;
    entity.etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 32)}"`;
    entity.modifiedAt = packument.modified;
    entity.sizeBytes = body.length;
    entity.body = body.length > maxInlineBytes ? null : body;
    entity.blobDigest = entity.body === null ? (await this.#store.put(body)).digest : null;
    await this.#packuments.save(manager, entity);
  }
}

export function publishedVersionOf(release: ReleaseEntity): PublishedVersion {
  return {
    version: release.version,
    manifest: release.manifest,
    facts: release.facts,
    publishedAt: release.settledAt,
    publishedBy: release.publishedBy,
    signatures: release.signatures ?? [],
    attestations: release.attestations ?? [],
  };
}
