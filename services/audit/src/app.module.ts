import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { AuditModule } from '@waybill/audit';
import { requestValidation } from '@waybill/management-api';
import { ChainOfQuery } from './chains/chain-of-query.resource.js';
import { ChainWriter } from './chains/chain-writer.js';
import { ChainRepository } from './chains/chain.repository.js';
import { ChainsConsumer } from './chains/chains.consumer.js';
import { CheckpointRepository } from './checkpoints/checkpoint.repository.js';
import { CheckpointsClock } from './checkpoints/checkpoints.clock.js';
import { CheckpointsHttpController } from './checkpoints/checkpoints.http.controller.js';
import { CheckpointsService } from './checkpoints/checkpoints.service.js';
import { EntriesHttpController } from './entries/entries.http.controller.js';
import { EntriesService } from './entries/entries.service.js';
import { EntryRepository } from './entries/entry.repository.js';
import { ExportHttpController } from './export/export.http.controller.js';
import { ExportSlots } from './export/export-slots.js';
import { ExportService } from './export/export.service.js';
import { AuditKeyRepository } from './keys/audit-key.repository.js';
import { AuditKeysHttpController } from './keys/audit-keys.http.controller.js';
import { AuditKeysService } from './keys/audit-keys.service.js';
import { WholeInstallation } from './keys/whole-installation.resource.js';
import { OrganizationProjection } from './organizations/organization.projection.js';
import { OrganizationRepository } from './organizations/organization.repository.js';
import { RetentionClock } from './retention/retention.clock.js';
import { RetentionRepository } from './retention/retention.repository.js';

@Module({
  imports: [AuditModule],
  controllers: [EntriesHttpController, ExportHttpController, CheckpointsHttpController, AuditKeysHttpController],
  providers: [
    { provide: APP_PIPE, useFactory: requestValidation },
    AuditKeyRepository,
    AuditKeysService,
    ChainOfQuery,
    ChainRepository,
    ChainsConsumer,
    ChainWriter,
    CheckpointRepository,
    CheckpointsClock,
    CheckpointsService,
    EntriesService,
    EntryRepository,
    ExportService,
    ExportSlots,
    OrganizationProjection,
    OrganizationRepository,
    RetentionClock,
    RetentionRepository,
    WholeInstallation,
  ],
})
export class AuditServiceModule {}
