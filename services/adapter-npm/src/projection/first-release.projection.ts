import { Injectable } from '@nestjs/common';
import type { EventEnvelope, ReleaseFacts } from '@waybill/contracts';
import { runJoined, UnitOfWork } from '@waybill/persistence';
import { ProjectionNews } from '@waybill/read-model';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import type { NpmName } from '../names/npm-name.js';
import { DocumentAddress } from '../packument/document-address.js';
import { PackageEntity } from '../packument/package.entity.js';
import { PackumentProjector } from '../packument/packument.projector.js';
import { PackumentRepository } from '../packument/packument.repository.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';

/** The first release of a package is quarantined by its first event, and published by its second. */
const firstPublishedVersion = 2;

/**
 * The first release of a package, in one statement: nothing has to be read for its documents, for everything that is known
 * of a package comes with a row of it, and there is none. Where there is one, nothing happens.
 */
@Injectable()
export class FirstReleaseProjection {
  readonly #address: DocumentAddress;
  readonly #packuments: PackumentRepository;
  readonly #projector: PackumentProjector;
  readonly #releases: ReleaseRepository;
  readonly #distTags: DistTagRepository;
  readonly #signingKeys: SigningKeysService;
  readonly #news: ProjectionNews;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    address: DocumentAddress,
    packuments: PackumentRepository,
    projector: PackumentProjector,
    releases: ReleaseRepository,
    distTags: DistTagRepository,
    signingKeys: SigningKeysService,
    news: ProjectionNews,
    unitOfWork: UnitOfWork,
  ) {
    this.#address = address;
    this.#packuments = packuments;
    this.#projector = projector;
    this.#releases = releases;
    this.#distTags = distTags;
    this.#signingKeys = signingKeys;
    this.#news = news;
    this.#unitOfWork = unitOfWork;
  }

  /** Resolves to whether it is projected; if not, the package has to be looked at under its lock. */
  async project(event: EventEnvelope<ReleaseFacts>, name: NpmName, release: ReleaseEntity): Promise<boolean> {
    const { aggregateversion: aggregateVersion, time, data: facts } = event;
    if (aggregateVersion !== firstPublishedVersion) return false;
    const { integrity } = release.facts;
    const signed = this.#signingKeys.signaturesByLatestKey({ name, version: facts.version, integrity });
    if (signed === undefined) return false;
    release.signatures = signed.signatures;
    const entity = newPackage(release, { name, aggregateVersion, modifiedAt: new Date(time) });
    const url = this.#address.of(facts.repository);
    const documents = await this.#projector.documentsOfFirst(entity, release, facts.tags, url);
    const source = 'package';
    const parts = {
      [source]: this.#packuments.newPackagePart(entity, signed.keyid),
      release: this.#releases.part(release, source),
      tags: this.#distTags.part(entity, { ...facts, aggregateVersion }, source),
      ...Object.fromEntries(documents.map((document) => [document.form, this.#packuments.part(document, source)])),
    };
    const rows = await this.#unitOfWork.runStatement((manager) =>
      runJoined(manager, parts, `SELECT purl FROM ${source}`),
    );
    if (rows.length === 0) return false;
    const { repositoryId, purl } = entity;
    await this.#news.announce({ repositoryId, packagePurl: purl, aggregateVersion });
    return true;
  }
}

function newPackage(
  { repositoryId, purl }: ReleaseEntity,
  { name, aggregateVersion, modifiedAt }: Pick<PackageEntity, 'name' | 'aggregateVersion' | 'modifiedAt'>,
): PackageEntity {
  const entity = new PackageEntity();
  entity.repositoryId = repositoryId;
  entity.purl = purl;
  entity.name = name;
  entity.aggregateVersion = aggregateVersion;
  entity.modifiedAt = modifiedAt;
  entity.visibleVersion = aggregateVersion;
  entity.ownersVersion = 0;
  entity.starsVersion = 0;
  return entity;
}
