import { Inject, Injectable } from '@nestjs/common';
import type { ReleaseFacts } from '@waybill/contracts';
import { DomainError, isVisible } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { PackageKey } from '../packages/package-key.js';
import type { ReleaseOutcome } from '../releases/release-outcome.repository.js';
import { ReleaseOutcomeRepository } from '../releases/release-outcome.repository.js';
import type { PackageNews } from './projection-news.js';
import { ProjectionNews } from './projection-news.js';

/** How long a client's publish waits; see `settlementConfig` of `@waybill/config`. */
export interface SettlementConfig {
  readonly WAYBILL_SETTLE_SECONDS: number;
}

/** Waits until a release is settled *and* this service's own read model shows it: success means the next read sees it. */
@Injectable()
export class SettlementService {
  readonly #releases: ReleaseOutcomeRepository;
  readonly #news: ProjectionNews;
  readonly #config: SettlementConfig;

  constructor(
    releases: ReleaseOutcomeRepository,
    news: ProjectionNews,
    @Inject(SERVICE_CONFIG) config: SettlementConfig,
  ) {
    this.#releases = releases;
    this.#news = news;
    this.#config = config;
  }

  /** Listens from now on; for who is about to submit, and stops it in the end. */
  listen(key: PackageKey): PackageNews {
    return this.#news.listen(key);
  }

  /**
   * `heard`: what was listened to since before the release was submitted, if it was not there before. Errors: `forbidden`
   * `release.held` | `release.rejected` with every reason; `unavailable` `release.unsettled` when the checks take too long
   * (the same bytes again then join this release).
   */
  async waitFor(release: ReleaseFacts, deadline: Date, externalUrl: string, heard?: PackageNews): Promise<void> {
    // Who settled it knows better than our read model, which may be behind.
    if (release.state !== 'quarantined') answer(release, externalUrl);
    const isPassed = (outcome: ReleaseOutcome) => outcome.state === 'held' && isVisible(release.state);
    const until = Math.min(Date.now() + this.#config.WAYBILL_SETTLE_SECONDS * 1000, deadline.getTime() - 1000);
    const key = { repositoryId: release.repository.repositoryId, purl: release.packagePurl };
    const look = async () => {
      const outcome = await this.#releases.find(release.releaseId);
      return outcome === null || isPassed(outcome) ? undefined : outcome;
    };
    const settled = await this.#news.waitFor(key, until, look, {
      eventOf: ({ aggregateVersion }) => aggregateVersion,
      ...(heard === undefined ? {} : { heard }),
    });
    if (settled === undefined) throw unsettled(release);
    answer(settled, externalUrl);
  }
}

/**
 * Throws why a release will never be seen, or not as it is, where that is decided. Errors: those of `waitFor`.
 */
export function assertSeenSoFar(release: ReleaseFacts, externalUrl: string): void {
  if (release.state !== 'staged' && release.state !== 'quarantined') answer(release, externalUrl);
}

/** Throws why a release that is settled cannot be seen. */
function answer(release: Omit<ReleaseOutcome, 'aggregateVersion'>, externalUrl: string): void {
  if (isVisible(release.state)) return;
  const reasons = release.reasons.map(
    (reason) => `${reason.message}${reason.path === undefined ? '' : ` (${reason.path})`}`,
  );
  const why = reasons.slice(0, 20).join(' ');
  const details = { releaseId: release.releaseId, reasons: release.reasons };
  if (release.state === 'held') {
    // npm and pnpm print *** for every UUID, so the address has none. A browser gets nowhere with it alone.
    const address = `${externalUrl}/api/v1/held-releases (release ${release.releaseId})`;
    const where = `\`waybill held list\`, or with a token ${address}`;
    throw new DomainError(
      'forbidden',
      'release.held',
      `${release.version} is held for review and is not visible yet. ${why} See ${where}`,
      { details },
    );
  }
  const message =
    release.state === 'withdrawn'
      ? `${release.version} was withdrawn, and its version cannot be used again.`
      : `${release.version} was ${release.state}. ${why}`;
  throw new DomainError('forbidden', `release.${release.state}`, message, { details });
}

function unsettled(release: ReleaseFacts): DomainError {
  return new DomainError(
    'unavailable',
    'release.unsettled',
    `${release.version} was taken in and is still being checked; run the same command again.`,
    { details: { releaseId: release.releaseId }, retryAfterSeconds: 10 },
  );
}
