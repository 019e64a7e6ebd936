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
   * Candidates again, which nobody else changes, uses or ends until the transaction is over, in the order of their ids; without
   * those that have ended meanwhile, or of which all has that the wish reaches. Rules may have got pins or other conditions: they have
   * to be matched again. Repositories are held before any publisher is locked. `repository`: the slug of the only one.
   */
  async lockAll(
    manager: EntityManager,
    wanted: ReadonlyMap<PublisherId, PublisherWish>,
    repository?: PublisherWish['repository'],
  ): Promise<PublisherCandidate[]> {
    await this.found.hold(manager, [...wanted.keys()], repository);
    const candidates: PublisherCandidate[] = [];
    for (const { publisherId } of await this.publishers.lockAll(manager, [...wanted.keys()])) {
      const wish = wanted.get(publisherId);
      if (wish === undefined) continue;
      candidates.push(...(await this.found.find({ ...wish, repository, publisherId }, 1, manager)));
    }
    return candidates;
  }

  /** Writes down that a locked publisher was used, with the ids that this pins (T8). Pending targets that it was used for expire no more. */
  used(manager: EntityManager, publisher: TrustedPublisherEntity, use: PublisherUse): Promise<void> {
    return this.publishers.used(manager, publisher, use);
  }
}
