import { Injectable } from '@nestjs/common';
import type { PublisherId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { PublisherCandidatesRepository } from './publisher-candidates.repository.js';
import { usePartsOf } from './publisher-use.parts.js';
import type { PublisherCandidate, PublisherUse, PublisherWish } from './publisher-wish.js';

/** Trusted publishers, as the exchange of tokens needs them. */
@Injectable()
export class TrustedPublishers {
  constructor(private readonly found: PublisherCandidatesRepository) {}

  /**
   * Those that a token could be of: whether it is, `matchPublisher` says of each rule. At most `limit`; those that something was published
   * through come first, and then one of each organization after the other. None has ended, no target has expired, and all repositories
   * are there and still the organization's.
   */
  candidates(wish: PublisherWish, limit: number): Promise<PublisherCandidate[]> {
    return this.found.find(wish, limit);
  }

  /**
   * Which of these are what they were when they were found, with all that they are for; nobody else changes, uses or ends those until the
   * transaction is over. Somebody changed, pinned or ended each other one meanwhile: it has to be found and matched again. Of what
   * `isLeftOut` none is waited for that somebody else has locked. `before`: a part of the same statement with one row, which locks what is
   * locked before publishers.
   */
  lock(
    manager: EntityManager,
    found: readonly PublisherCandidate[],
    before: StatementPart,
    isLeftOut?: (one: PublisherCandidate) => boolean,
  ): Promise<ReadonlySet<PublisherId>> {
    return this.found.lock(manager, found, before, isLeftOut);
  }

  /**
   * Parts of a joined statement, of locked publishers, that do something where their `source` has a row: they write down that these were
   * used, with the ids that this pins (T8). Pending targets that they were used for expire no more.
   */
  useParts(uses: readonly PublisherUse[], at: Date, source: string): Record<string, StatementPart> {
    return usePartsOf(uses, at, source);
  }
}
