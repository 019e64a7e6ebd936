import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { PublisherTokensModule } from '../tokens/publisher-tokens.module.js';
import { PublisherCandidatesRepository } from './publisher-candidates.repository.js';
import { PublisherTargetsRepository } from './publisher-targets.repository.js';
import { TrustedPublisherEnds } from './trusted-publisher-ends.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';
import { TrustedPublishers } from './trusted-publishers.js';

/** Trusted publishers, as other nouns need them. */
@Module({
  imports: [AuditModule, PublisherTokensModule],
  providers: [
    PublisherCandidatesRepository,
    PublisherTargetsRepository,
    TrustedPublisherEnds,
    TrustedPublishers,
    TrustedPublishersRepository,
  ],
  exports: [PublisherTargetsRepository, TrustedPublisherEnds, TrustedPublishers, TrustedPublishersRepository],
})
export class TrustedPublisherStoreModule {}
