import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import { PackageRepository, ProjectionNews } from '@waybill/read-model';
import type { AdapterNpmConfig } from '../config.js';
import type { PackageEntity } from '../packument/package.entity.js';
import { PackumentProjector } from '../packument/packument.projector.js';
import { repositoryUrl } from '../repositories/npm-request.js';
import { SigningKeysService } from './signing-keys.service.js';
import type { PackageToSign } from './unsigned-release.repository.js';
import { UnsignedReleaseRepository } from './unsigned-release.repository.js';

const packagesPerBatch = 50;

/**
 * Signs at start what was projected before the installation had keys: `npm audit signatures` takes one version without a
 * signature for a broken registry. One package at a time, under its lock, so that replicas do the work only once.
 */
@Injectable()
export class ReleaseSigning implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #unsigned: UnsignedReleaseRepository;
  readonly #keys: SigningKeysService;
  readonly #packages: PackageRepository<PackageEntity>;
  readonly #projector: PackumentProjector;
  readonly #news: ProjectionNews;
  readonly #unitOfWork: UnitOfWork;
  readonly #config: AdapterNpmConfig;
  readonly #log: Logger;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    unsigned: UnsignedReleaseRepository,
    keys: SigningKeysService,
    packages: PackageRepository<PackageEntity>,
    projector: PackumentProjector,
    news: ProjectionNews,
    unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) config: AdapterNpmConfig,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#unsigned = unsigned;
    this.#keys = keys;
    this.#packages = packages;
    this.#projector = projector;
    this.#news = news;
    this.#unitOfWork = unitOfWork;
    this.#config = config;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#running = this.signAll().then(
      (packages) => {
        if (packages > 0) this.#log.info({ packages }, 'Releases from before the signing key were signed.');
      },
      (error: unknown) =>
        this.#log.warn({ err: error }, 'Old releases could not be signed; the next start tries again.'),
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Resolves to the number of packages that had something to sign. */
  async signAll(): Promise<number> {
    let signed = 0;
    for (;;) {
      const batch = await this.#unsigned.packages(packagesPerBatch);
      for (const one of batch) {
        if (this.#stopped) return signed;
        await this.#signPackage(one);
        signed += 1;
        await setImmediate();
      }
      if (batch.length < packagesPerBatch) return signed;
    }
  }

  async #signPackage({ repositoryId, purl, name, slug }: PackageToSign): Promise<void> {
    const key = { repositoryId, purl };
    const aggregateVersion = await this.#unitOfWork.run(async (manager) => {
      const entity = await this.#packages.lock(manager, key, name);
      for (const release of await this.#unsigned.of(manager, key)) {
        const { version, facts } = release;
        const signatures = await this.#keys.signaturesFor(manager, { name, version, integrity: facts.integrity });
        await this.#unsigned.sign(manager, release, signatures);
      }
      await this.#projector.rebuild(manager, entity, repositoryUrl(this.#config.WAYBILL_EXTERNAL_URL, slug));
      return entity.aggregateVersion;
    });
    await this.#news.announce({ ...key, packagePurl: purl, aggregateVersion });
  }
}
