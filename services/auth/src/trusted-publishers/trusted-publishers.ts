import { Injectable } from '@nestjs/common';
import type { PublisherId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { PublisherCandidatesRepository } from './publisher-candidates.repository.js';
import type { PublisherCandidate, PublisherUse, PublisherWish } from './publisher-wish.js';
import type { TrustedPublisherEntity } from './trusted-publisher.entity.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';

/** Trusted publishers, as the exchange of tokens needs them. */
@Injectable()
export class TrustedPublishers {
  constructor(
    private readonly found: PublisherCandidatesRepository,
    private readonly publishers: TrustedPublishersRepository,
  ) {}

  /**
   * Those that a token could be of: whether it is, `matchPublisher` says of each rule. At most `limit`; those that were used before
   * come first. None has ended, no target has expired, and all repositories are there and still the organization's.
   */
  candidates(wish: PublisherWish, limit: number): Promise<PublisherCandidate[]> {
    return this.found.find(wish, limit);
  }

  /**
   * A candidate again, which nobody else changes, uses or ends until the transaction is over; undefined where it, or all that the wish
   * reaches of it, has ended meanwhile. Its rule may have got pins or other conditions: it has to be matched again.
   */
  async lock(
    manager: EntityManager,
    publisherId: PublisherId,
    wish: PublisherWish,
  ): Promise<PublisherCandidate | undefined> {
    await this.found.hold(manager, publisherId, wish);
    if ((await this.publishers.lock(manager, publisherId)) === undefined) return undefined;
    const [candidate] = await this.found.find({ ...wish, publisherId }, 1, manager);
    return candidate;
  }

  /** Writes down that a locked publisher was used, with the ids that this pins (T8). Pending targets that it was used for expire no more. */
  used(manager: EntityManager, publisher: TrustedPublisherEntity, use: PublisherUse): Promise<void> {
    return this.publishers.used(manager, publisher, use);
  }
}
