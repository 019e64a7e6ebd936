import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { NamespacesModule } from '../namespaces/namespaces.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PackagesModule } from '../package-list/packages.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { RepositoriesModule } from '../repositories/repositories.module.js';
import { HandoversService } from './handovers.service.js';
import { NamespaceTransferHttpController } from './namespace-transfer.http.controller.js';
import { NamespaceTransferSubject } from './namespace.transfer-subject.js';
import { PackageTransferHttpController } from './package-transfer.http.controller.js';
import { PackageTransferSubject } from './package.transfer-subject.js';
import { RepositoryTransferHttpController } from './repository-transfer.http.controller.js';
import { RepositoryTransferSubject } from './repository.transfer-subject.js';
import { EitherSideOfTransfer, OfferingSideOfTransfer, ReceivingSideOfTransfer } from './transfer-of-path.resource.js';
import { TransferOffersService } from './transfer-offers.service.js';
import { TRANSFER_SUBJECTS, type TransferSubject } from './transfer-subject.js';
import { TransferRepository } from './transfer.repository.js';
import { TransfersHttpController } from './transfers.http.controller.js';
import { TransfersService } from './transfers.service.js';

const subjects = [RepositoryTransferSubject, NamespaceTransferSubject, PackageTransferSubject];

@Module({
  imports: [AuditModule, NamespacesModule, OrganizationsModule, PackagesModule, ReleaseStoreModule, RepositoriesModule],
  controllers: [
    NamespaceTransferHttpController,
    PackageTransferHttpController,
    RepositoryTransferHttpController,
    TransfersHttpController,
  ],
  providers: [
    ...subjects,
    { provide: TRANSFER_SUBJECTS, useFactory: (...made: TransferSubject[]) => made, inject: subjects },
    EitherSideOfTransfer,
    HandoversService,
    OfferingSideOfTransfer,
    ReceivingSideOfTransfer,
    TransferOffersService,
    TransferRepository,
    TransfersService,
  ],
})
export class TransfersModule {}
