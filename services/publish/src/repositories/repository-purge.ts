import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import { repositoryPurged } from '@waybill/contracts';
import { Outbox } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER } from '@waybill/service-host';
import { CollectorTurnRepository } from '../collector/collector-turn.repository.js';
import { HourlySweep } from '../collector/hourly-sweep.js';
import type { DueRepository } from './repository-purge.repository.js';
import { RepositoryPurgeRepository } from './repository-purge.repository.js';
import { RepositoryTombstoneRepository } from './repository-tombstone.repository.js';
import { restorableMilliseconds } from './repository.rules.js';

const hour = 60 * 60 * 1000;
/** Longer than clocks of replicas differ: what one of them restores, no other one purges. */
const graceMilliseconds = hour;
const maxPerSweep = 20;
const packagesAtOnce = 100;

/** Forgets repositories for good whose time to be restored is over; their slugs stay with their organizations (ADR 0045). */
@Injectable()
export class RepositoryPurge implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #due: RepositoryPurgeRepository;
  readonly #tombstones: RepositoryTombstoneRepository;
  readonly #turn: CollectorTurnRepository;
  readonly #outbox: Outbox;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;
  readonly #sweeps: HourlySweep;

  constructor(
    due: RepositoryPurgeRepository,
    tombstones: RepositoryTombstoneRepository,
    turn: CollectorTurnRepository,
    outbox: Outbox,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#due = due;
    this.#tombstones = tombstones;
    this.#turn = turn;
    this.#outbox = outbox;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
    this.#sweeps = new HourlySweep({
      work: () => this.purge(),
      log,
      said: {
        done: 'Repositories that were deleted long ago are gone.',
        failed: 'Deleted repositories could not be purged.',
      },
    });
  }

  onApplicationBootstrap(): void {
    this.#sweeps.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#sweeps.stop();
  }

  /** Resolves to the number of repositories that are gone; to undefined when another replica is at it. */
  purge(now: Date = new Date()): Promise<number | undefined> {
    const deletedBefore = new Date(now.getTime() - restorableMilliseconds - graceMilliseconds);
    return this.#turn.take(async () => {
      let purged = 0;
      for (const repository of await this.#due.listDue(deletedBefore, maxPerSweep)) {
        if (await this.#purge(repository, deletedBefore)) purged += 1;
      }
      return purged;
    }, 'repository-purge');
  }

  // In parts, each of which leaves a repository that is deleted and can be purged on.
  async #purge(repository: DueRepository, deletedBefore: Date): Promise<boolean> {
    const { repositoryId, organizationId, slug } = repository;
    let deleted = packagesAtOnce;
    while (deleted === packagesAtOnce) {
      if (this.#sweeps.isStopping) return false;
      deleted = await this.#unitOfWork.run((manager) =>
        this.#due.deletePackages(manager, repositoryId, packagesAtOnce),
      );
    }
    return this.#unitOfWork.run(async (manager) => {
      if (!(await this.#due.deleteRepository(manager, repositoryId, deletedBefore))) return false;
      await this.#tombstones.save(manager, slug, organizationId);
      await this.#outbox.append(manager, repositoryPurged, {
        aggregate: repositoryId,
        aggregateVersion: repository.aggregateVersion + 1,
        data: { repositoryId, organizationId, slug },
      });
      await this.#audit.record(
        manager,
        { actor: 'policy' },
        {
          action: 'repository.purge',
          subject: `repository:${repositoryId}`,
          organizationId,
          details: { slug },
        },
      );
      return true;
    });
  }

  /** Purges, and says in the log how that went. */
  sweep(): void {
    this.#sweeps.next();
  }
}
