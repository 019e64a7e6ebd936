import { Global, Module } from '@nestjs/common';
import { DiscoveryModule, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { allRequests, busRoles } from '@waybill/contracts';
import { edgeFastifyAdapter, EdgeModule, GatewayNews, listRoutes, problemDialect } from '@waybill/edge';
import { answeredBy, EventHandlers, NATS_CONNECTION, Outbox, RequestClient } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { BLOB_STORE, LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishModule } from '../src/app.module.js';
import { StagingCollector } from '../src/collector/staging.collector.js';
import { ProvenanceVerifier } from '../src/provenance/provenance-verifier.js';
import { RepositoryPurge } from '../src/repositories/repository-purge.js';
import { service } from '../src/service.js';
import { StagedReleaseExpiry } from '../src/staged-releases/staged-release.expiry.js';

/** What service-host gives to every service; nothing of it is used before the first request. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    EventHandlers,
    { provide: DataSource, useValue: {} },
    { provide: UnitOfWork, useValue: {} },
    { provide: Outbox, useValue: {} },
    { provide: RequestClient, useValue: {} },
    { provide: BLOB_STORE, useValue: {} },
    { provide: SERVICE_CONFIG, useValue: {} },
    { provide: LOGGER, useValue: {} },
    { provide: GatewayNews, useValue: {} },
    { provide: NATS_CONNECTION, useValue: {} },
  ],
  exports: [
    EventHandlers,
    DataSource,
    UnitOfWork,
    Outbox,
    RequestClient,
    BLOB_STORE,
    SERVICE_CONFIG,
    LOGGER,
    GatewayNews,
    NATS_CONNECTION,
  ],
})
class HostDouble {}

let app: NestFastifyApplication;

beforeAll(async () => {
  const imports = [HostDouble, PublishModule, EdgeModule.forDialect(problemDialect)];
  const testing = await Test.createTestingModule({ imports })
    .overrideProvider(StagingCollector)
    .useValue({})
    .overrideProvider(RepositoryPurge)
    .useValue({})
    .overrideProvider(ProvenanceVerifier)
    .useValue({})
    .overrideProvider(StagedReleaseExpiry)
    .useValue({})
    .compile();
  app = testing.createNestApplication<NestFastifyApplication>(edgeFastifyAdapter(problemDialect), { logger: false });
  await app.init();
});

afterAll(async () => {
  await app.close();
});

describe('the wiring of publish', () => {
  it('declares for every route who may call it, and for reading another right than for deciding (A2)', () => {
    const routes = listRoutes(app)
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, path, declaration }) => {
        if (declaration === undefined) return `${method} ${path}: nothing`;
        if (declaration.kind === 'requires') {
          return `${method} ${path}: ${declaration.action} on ${declaration.resolver.name}`;
        }
        return `${method} ${path}: ${declaration.kind}`;
      });
    expect(routes.toSorted()).toEqual([
      'DELETE /api/v1/namespaces/:namespaceId: admin on NamespaceOfPath',
      'DELETE /api/v1/packages/:purl/tags/:tag: publish on PackageOfPath',
      'DELETE /api/v1/packages/:purl: delete on PackageOfPath',
      'DELETE /api/v1/releases/:purl: delete on ReleaseOfPurl',
      'DELETE /api/v1/repositories/:slug: admin on RepositoryToDelete',
      'DELETE /api/v1/source-repositories/:forge/:owner/:name: manage-access on OrganizationOfQuery',
      'GET /api/v1/findings/:findingId: review-findings on FindingOfPath',
      'GET /api/v1/findings: filtered',
      'GET /api/v1/held-releases/:releaseId: review-findings on ReleaseOfPath',
      'GET /api/v1/held-releases: filtered',
      'GET /api/v1/jobs: admin on WholeInstallation',
      'GET /api/v1/namespaces/:namespaceId: read on NamespaceOfPath',
      'GET /api/v1/namespaces: filtered',
      'GET /api/v1/packages/:purl/downloads: read on PackageOfPath',
      'GET /api/v1/packages/:purl/releases: read on PackageOfPath',
      'GET /api/v1/packages/:purl/tags/:tag: read on PackageOfPath',
      'GET /api/v1/packages/:purl/tags: read on PackageOfPath',
      'GET /api/v1/packages/:purl: read on PackageOfPath',
      'GET /api/v1/packages: filtered',
      'GET /api/v1/releases/:purl/artifacts: read on ReleaseOfPurl',
      'GET /api/v1/releases/:purl: read on ReleaseOfPurl',
      'GET /api/v1/repositories/:slug/release-policy: admin on RepositoryOfPath',
      'GET /api/v1/repositories/:slug/staging-policy: read on RepositoryOfPath',
      'GET /api/v1/repositories/:slug: read on RepositoryOfPath',
      'GET /api/v1/repositories: filtered',
      'GET /api/v1/source-repositories/:forge/:owner/:name: manage-access on OrganizationOfQuery',
      'GET /api/v1/source-repositories: manage-access on OrganizationOfQuery',
      'GET /api/v1/staged-releases/:releaseId: read on StagedReleaseOfPath',
      'GET /api/v1/staged-releases: filtered',
      'GET /api/v1/stats: filtered',
      'GET /api/v1/transfers/:transferId: admin on EitherSideOfTransfer',
      'GET /api/v1/transfers: filtered',
      'PATCH /api/v1/findings/:findingId: review-findings on FindingOfPath',
      'PATCH /api/v1/packages/:purl: metadata on PackageOfPath',
      'PATCH /api/v1/repositories/:slug: admin on RepositoryOfPath',
      'POST /api/v1/held-releases/:releaseId/approve: approve on ReleaseOfPath',
      'POST /api/v1/held-releases/:releaseId/reject: approve on ReleaseOfPath',
      'POST /api/v1/held-releases/:releaseId/rescan: review-findings on ReleaseOfPath',
      'POST /api/v1/jobs/:jobId/retry: admin on WholeInstallation',
      'POST /api/v1/namespaces/:namespaceId/approve: admin on WholeInstallation',
      'POST /api/v1/namespaces/:namespaceId/transfer: admin on NamespaceOfPath',
      'POST /api/v1/namespaces/:namespaceId/verify: admin on NamespaceOfPath',
      'POST /api/v1/namespaces: admin on OrganizationOfNewNamespace',
      'POST /api/v1/packages/:purl/offer: admin on PackageOfPath',
      'POST /api/v1/packages/:purl/restore: restore on PackageOfPath',
      'POST /api/v1/packages/:purl/transfer: admin on PackageOfPath',
      'POST /api/v1/releases/:purl/restore: restore on ReleaseOfPurl',
      'POST /api/v1/releases/:purl/unyank: yank on ReleaseOfPurl',
      'POST /api/v1/releases/:purl/yank: yank on ReleaseOfPurl',
      'POST /api/v1/repositories/:slug/restore: restore on OrganizationOfDeleted',
      'POST /api/v1/repositories/:slug/transfer: admin on RepositoryOfPath',
      'POST /api/v1/repositories: admin on OrganizationOfNewRepository',
      'POST /api/v1/staged-releases/:releaseId/approve: approve on StagedReleaseOfPath',
      'POST /api/v1/staged-releases/:releaseId/reject: read on StagedReleaseOfPath',
      'POST /api/v1/transfers/:transferId/accept: admin on ReceivingSideOfTransfer',
      'POST /api/v1/transfers/:transferId/cancel: admin on OfferingSideOfTransfer',
      'POST /api/v1/transfers/:transferId/decline: admin on ReceivingSideOfTransfer',
      'PUT /api/v1/packages/:purl/tags/:tag: publish on PackageOfPath',
      'PUT /api/v1/releases/:purl/deprecation: metadata on ReleaseOfPurl',
      'PUT /api/v1/repositories/:slug/release-policy: admin on RepositoryOfPath',
      'PUT /api/v1/repositories/:slug/staging-policy: admin on RepositoryOfPath',
      'PUT /api/v1/source-repositories/:forge/:owner/:name: manage-access on OrganizationOfQuery',
    ]);
  });

  it('has every route under a prefix that the gateway is told', () => {
    const prefixes = service.edge?.prefixes ?? [];
    const outside = listRoutes(app).filter(({ path }) => !prefixes.some((prefix) => `${path}/`.startsWith(prefix)));
    expect(outside).toEqual([]);
  });

  it('answers each request that the contracts give it exactly once, and names in each who may ask (A2, W10)', () => {
    const handlers = messageHandlers();
    expect(handlers.filter((handler) => answeredBy(handler) === undefined)).toEqual([]);
    const answered = handlers.flatMap((handler) => answeredBy(handler) ?? []);
    const contracts = allRequests.filter(({ owner }) => owner === 'publish');
    expect(answered.map(({ subject }) => subject).toSorted()).toEqual(
      contracts.map(({ subject }) => subject).toSorted(),
    );
    expect(answered.filter(({ callers }) => callers.length === 0)).toEqual([]);
  });

  it('consumes exactly the events that its role on the bus may (W10)', () => {
    const consumed = app.get(EventHandlers, { strict: false }).consumers();
    const role = busRoles.find((candidate) => candidate.service === service.name);
    expect(consumed.map((handler) => handler.type.type).toSorted()).toEqual(
      role?.consumes.map((event) => event.type).toSorted(),
    );
  });
});

/** Every method that the bus can call, whoever decorated it. */
function messageHandlers(): object[] {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ instance }) => {
    const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      if (typeof method !== 'function') return [];
      return Reflect.hasMetadata(PATTERN_METADATA, method) ? [method] : [];
    });
  });
}
