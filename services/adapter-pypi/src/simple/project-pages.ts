import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { PackageDocuments } from '@waybill/read-model';
import { PackageRepository } from '@waybill/read-model';
import { BLOB_STORE } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { DistributionFileRepository } from '../files/distribution-file.repository.js';
import type { ProjectEntity } from '../projects/project.entity.js';
import { buildPage } from './page.builder.js';
import { PageEntity } from './page.entity.js';
import { PageRepository } from './page.repository.js';
import { projectPageOf } from './project-page.rules.js';
import type { SimpleForm } from './simple-form.rules.js';
import { simpleForms } from './simple-form.rules.js';
import type { ProjectPage } from './simple-page.js';

// Larger pages would not fit into a message of the bus, and go by reference.
const maxInlineBytes = 200 * 1024;

/** The pages of projects, written whenever something about a project has changed: reads build nothing. */
@Injectable()
export class ProjectPages implements PackageDocuments<ProjectEntity> {
  readonly #pages: PageRepository;
  readonly #packages: PackageRepository<ProjectEntity>;
  readonly #files: DistributionFileRepository;
  readonly #store: BlobStore;

  constructor(
    pages: PageRepository,
    packages: PackageRepository<ProjectEntity>,
    files: DistributionFileRepository,
    @Inject(BLOB_STORE) store: BlobStore,
  ) {
    this.#pages = pages;
    this.#packages = packages;
    this.#files = files;
    this.#store = store;
  }

  /** No counter stands in a page. */
  revisionOf(): string {
    return '';
  }

  async write(manager: EntityManager, entity: ProjectEntity): Promise<void> {
    const files = await this.#files.visibleOf(entity, manager);
    if (files.length === 0) {
      await this.#pages.remove(manager, entity);
      await this.save(manager, entity);
      return;
    }
    const page = projectPageOf(entity.name, files);
    const written = await Promise.all(simpleForms.map((form) => this.#pageOf(entity, page, form)));
    const parts = written.map((one) => [one.form, this.#pages.part(one, 'package')] as const);
    await this.#packages.save(manager, entity, Object.fromEntries(parts));
  }

  save(manager: EntityManager, entity: ProjectEntity): Promise<void> {
    return this.#packages.save(manager, entity);
  }

  async #pageOf({ repositoryId, purl }: ProjectEntity, page: ProjectPage, form: SimpleForm): Promise<PageEntity> {
    const { body, etag } = buildPage(page, form);
    const isSmall = body.length <= maxInlineBytes;
    const blobDigest = isSmall ? null : (await this.#store.put(body)).digest;
    return Object.assign(new PageEntity(), {
      repositoryId,
      purl,
      form,
      etag,
      body: isSmall ? body : null,
      blobDigest,
      sizeBytes: body.length,
    });
  }
}
