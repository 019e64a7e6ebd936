import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { PublishConfig } from '../config.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { DomainProofService } from './domain-proof.service.js';
import { FORGE_LOOKUP, HttpForgeLookup } from './forge-lookup.js';
import { ForgeOutbound } from './forge-outbound.js';
import { ForgeProofService } from './forge-proof.service.js';
import { NamespaceChanges } from './namespace-changes.js';
import { NamespaceOfPath, OrganizationOfNewNamespace, WholeInstallation } from './namespace-of-path.resource.js';
import { NamespaceRepository } from './namespace.repository.js';
import { NamespacesHttpController } from './namespaces.http.controller.js';
import { NamespacesService } from './namespaces.service.js';
import { DnsTxtLookup, TXT_LOOKUP } from './txt-lookup.js';

@Module({
  imports: [AuditModule, OrganizationsModule],
  controllers: [NamespacesHttpController],
  providers: [
    {
      provide: TXT_LOOKUP,
      useFactory: ({ WAYBILL_DNS_SERVERS: servers = [] }: Partial<PublishConfig>) => new DnsTxtLookup(servers),
      inject: [SERVICE_CONFIG],
    },
    {
      provide: FORGE_LOOKUP,
      useFactory: (client: ForgeOutbound) => new HttpForgeLookup(client),
      inject: [ForgeOutbound],
    },
    DomainProofService,
    ForgeOutbound,
    ForgeProofService,
    NamespaceChanges,
    NamespaceOfPath,
    NamespaceRepository,
    NamespacesService,
    OrganizationOfNewNamespace,
    WholeInstallation,
  ],
  exports: [NamespaceChanges, NamespaceOfPath, NamespaceRepository],
})
export class NamespacesModule {}
