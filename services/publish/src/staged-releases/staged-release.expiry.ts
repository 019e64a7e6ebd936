import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { CollectorTurnRepository } from '../collector/collector-turn.repository.js';
import { HourlySweep } from '../collector/hourly-sweep.js';
import { ReleaseSettlement } from '../decisions/release-settlement.js';
import { expired, stagedMilliseconds } from './staged-release.rules.js';
import { StagedReleasesRepository } from './staged-releases.repository.js';

const maxPerSweep = 1000;

/** Rejects what nobody has approved for 30 days, so that its version does not stay taken. */
@Injectable()
export class StagedReleaseExpiry implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #staged: StagedReleasesRepository;
  readonly #settlement: ReleaseSettlement;
  readonly #turn: CollectorTurnRepository;
  readonly #sweeps: HourlySweep;

  constructor(
    staged: StagedReleasesRepository,
    settlement: ReleaseSettlement,
    turn: CollectorTurnRepository,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#staged = staged;
    this.#settlement = settlement;
    this.#turn = turn;
    this.#sweeps = new HourlySweep({
      work: () => this.expire(),
      log,
      said: {
        done: 'Staged releases that nobody approved were rejected.',
        failed: 'Staged releases could not be rejected.',
      },
    });
  }

  onApplicationBootstrap(): void {
    this.#sweeps.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#sweeps.stop();
  }

  /** Resolves to the number of releases that were rejected; to undefined when another replica is at it. */
  expire(now: Date = new Date()): Promise<number | undefined> {
    const stagedBefore = new Date(now.getTime() - stagedMilliseconds);
    return this.#turn.take(async () => {
      let rejected = 0;
      for (const releaseId of await this.#staged.stagedBefore(stagedBefore, maxPerSweep)) {
        if (this.#sweeps.isStopping) break;
        const settled = await this.#settlement.settle(releaseId, ({ release }) => {
          if (release.state !== 'staged' || release.submittedAt >= stagedBefore) return undefined;
          const by = { actor: 'policy' };
          const reasons = [expired()];
          return { verdict: 'rejected', staging: 'expired', reasons, by, action: 'staged-release.expire', details: {} };
        });
        if (settled?.release.state === 'rejected') rejected += 1;
      }
      return rejected;
    }, 'staged-releases');
  }
}
