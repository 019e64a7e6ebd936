import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { BLOB_STORE } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { revisionOf } from './package-revision.rules.js';
import type { PackageEntity } from './package.entity.js';
import type { DocumentPerson } from './document-person.js';
import type { Packument, PackumentInput, PublishedVersion } from './packument.builder.js';
import { buildAbbreviatedPackument, buildFullPackument, newestOf, tagsWithLatest } from './packument.builder.js';
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
  readonly #store: BlobStore;

  constructor(packuments: PackumentRepository, releases: ReleaseRepository, @Inject(BLOB_STORE) store: BlobStore) {
    this.#packuments = packuments;
    this.#releases = releases;
    this.#store = store;
  }

  /**
   * Saves one package, whose row is locked by `manager`'s transaction, with its documents: both forms, or only the full one
   * after a change that the abbreviated form does not show.
   */
  async rebuild(
    manager: EntityManager,
    entity: PackageEntity,
    repositoryUrl: string,
    forms: 'both' | 'full' = 'both',
  ): Promise<void> {
    const input = await this.#inputOf(manager, entity, repositoryUrl);
    if (input.versions.length === 0) {
      await this.#packuments.remove(manager, entity);
      await this.#packuments.savePackage(manager, entity);
      return;
    }
    await this.#packuments.savePackage(manager, entity, await this.#documentsOf(entity, input, forms));
  }

  /** The documents of a package of which nothing is known but its one release and the tags of that. */
  documentsOfFirst(
    entity: PackageEntity,
    release: ReleaseEntity,
    tags: readonly string[],
    repositoryUrl: string,
  ): Promise<PackumentEntity[]> {
    const { name, modifiedAt } = entity;
    const { readme } = release.facts;
    const input = {
      name,
      repositoryUrl,
      versions: [publishedVersionOf(release)],
      distTags: Object.fromEntries(tags.toSorted().map((tag) => [tag, release.version])),
      modifiedAt,
      revision: revisionOf(entity),
      owners: [],
      stargazers: [],
      ...(readme === undefined ? {} : { readme }),
    };
    return this.#documentsOf(entity, input, 'both');
  }

  async #documentsOf(entity: PackageEntity, input: PackumentInput, forms: 'both' | 'full'): Promise<PackumentEntity[]> {
    const { repositoryUrl } = input;
    const documents = [await this.#documentOf(entity, 'full', buildFullPackument(input), repositoryUrl)];
    if (forms === 'both') {
      documents.push(await this.#documentOf(entity, 'abbreviated', buildAbbreviatedPackument(input), repositoryUrl));
    }
    return documents;
  }

  // One at a time: it is one connection.
  async #inputOf(manager: EntityManager, entity: PackageEntity, repositoryUrl: string): Promise<PackumentInput> {
    const { repositoryId, purl, name, modifiedAt } = entity;
    const versions = await this.#releases.versionsForDocuments(manager, repositoryId, purl);
    const { distTags, owners, stargazers } = await this.#packuments.surroundingsOf(manager, entity);
    const tags = tagsWithLatest(
      versions.map((version) => version.version),
      distTags,
    );
    const newest = newestOf(versions, tags);
    const readme =
      newest === undefined ? undefined : await this.#releases.readmeOf(manager, repositoryId, purl, newest.version);
    return {
      name,
      repositoryUrl,
      versions,
      distTags,
      modifiedAt,
      revision: revisionOf(entity),
      owners: owners.map(personIn),
      stargazers,
      ...(readme === undefined ? {} : { readme }),
    };
  }

  async #documentOf(
    owner: PackageEntity,
    form: PackumentForm,
    packument: Packument,
    repositoryUrl: string,
  ): Promise<PackumentEntity> {
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
    return entity;
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
    ...(release.evidence === null ? {} : { evidence: release.evidence }),
    ...(release.deprecation === null ? {} : { deprecated: release.deprecation }),
  };
}

export function personIn(owner: { readonly username: string; readonly email: string | null }): DocumentPerson {
  return { name: owner.username, email: owner.email ?? '' };
}
