import { Module } from '@nestjs/common';
import { PublisherCandidatesRepository } from './publisher-candidates.repository.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';
import { TrustedPublishers } from './trusted-publishers.js';

/** Trusted publishers, as other nouns need them. */
@Module({
  providers: [PublisherCandidatesRepository, TrustedPublishers, TrustedPublishersRepository],
  exports: [TrustedPublishers, TrustedPublishersRepository],
})
export class TrustedPublisherStoreModule {}
