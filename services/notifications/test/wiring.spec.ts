import { Global, Module } from '@nestjs/common';
import { DiscoveryModule, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { allRequests, busRoles, mayCall } from '@waybill/contracts';
import { edgeFastifyAdapter, EdgeModule, GatewayNews, listRoutes, problemDialect } from '@waybill/edge';
import { documentationOf } from '@waybill/management-api';
import { answeredBy, EventHandlers, EventReplay, Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER, METRICS, SERVICE_CONFIG } from '@waybill/service-host';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotificationsModule } from '../src/app.module.js';
import { config } from '../src/config.js';
import { DeliveryWorker } from '../src/dispatch/delivery.worker.js';
import { MailWorker } from '../src/mail/mail.worker.js';
import { ReadModelRebuild } from '../src/projection/read-model.rebuild.js';
import { HistoryRetention } from '../src/retention/history.retention.js';
import { service } from '../src/service.js';

const given = [
  { provide: DataSource, useValue: {} },
  { provide: UnitOfWork, useValue: {} },
  { provide: Outbox, useValue: {} },
  { provide: EventReplay, useValue: {} },
  { provide: GatewayNews, useValue: {} },
  { provide: LOGGER, useValue: {} },
  { provide: METRICS, useValue: {} },
  {
    provide: SERVICE_CONFIG,
    useValue: config.parse({
      WAYBILL_NATS_URL: 'nats://localhost',
      WAYBILL_DATABASE_URL: 'postgres://notifications:unused@localhost/waybill',
      WAYBILL_EXTERNAL_URL: 'https://waybill.example',
      WAYBILL_NOTIFICATIONS_KEY_SECRET: 'a secret of the installation, for tests only',
    }),
  },
];

/** What service-host gives to every service; nothing of it is used before the first event. */
@Global()
@Module({ providers: given, exports: given.map(({ provide }) => provide) })
class HostDouble {}

let app: NestFastifyApplication;

/** What looks for work by itself, in a database that is not there. */
const workers = [DeliveryWorker, MailWorker, HistoryRetention, ReadModelRebuild];

beforeAll(async () => {
  const imports = [HostDouble, NotificationsModule, DiscoveryModule, EdgeModule.forDialect(problemDialect)];
  const module = Test.createTestingModule({ imports, providers: [EventHandlers, MetadataScanner] });
  for (const worker of workers) module.overrideProvider(worker).useValue({});
  const testing = await module.compile();
  app = testing.createNestApplication<NestFastifyApplication>(edgeFastifyAdapter(problemDialect), { logger: false });
  await app.init();
});

afterAll(async () => {
  await app.close();
});

describe('the wiring of notifications', () => {
  it('declares for every route that who calls it manages access (A2)', () => {
    const routes = listRoutes(app)
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, path, declaration }) => {
        if (declaration?.kind !== 'requires') return `${method} ${path}: nothing`;
        return `${method} ${path}: ${declaration.action} on ${declaration.resolver.name}`;
      });
    expect(routes.toSorted()).toEqual([
      'DELETE /api/v1/webhooks/:webhookId: manage-access on WebhookOfPath',
      'GET /api/v1/webhooks/:webhookId/deliveries/:deliveryId: manage-access on WebhookOfPath',
      'GET /api/v1/webhooks/:webhookId/deliveries: manage-access on WebhookOfPath',
      'GET /api/v1/webhooks/:webhookId: manage-access on WebhookOfPath',
      'GET /api/v1/webhooks: manage-access on WebhookOwnerOfQuery',
      'PATCH /api/v1/webhooks/:webhookId: manage-access on WebhookOfPath',
      'POST /api/v1/webhooks/:webhookId/deliveries/:deliveryId/redeliver: manage-access on WebhookOfPath',
      'POST /api/v1/webhooks/:webhookId/ping: manage-access on WebhookOfPath',
      'POST /api/v1/webhooks/:webhookId/rotate-secret: manage-access on WebhookOfPath',
      'POST /api/v1/webhooks: manage-access on WebhookOwnerOfQuery',
    ]);
  });

  it('has every route under a prefix that the gateway is told', () => {
    const prefixes = service.edge?.prefixes ?? [];
    const outside = listRoutes(app).filter(({ path }) => !prefixes.some((prefix) => `${path}/`.startsWith(prefix)));
    expect(outside).toEqual([]);
  });

  it('documents every route', () => {
    const undocumented = controllers()
      .flatMap((controller) => methodsOf(controller))
      .filter((method) => Reflect.hasMetadata('path', method) && documentationOf(method) === undefined);
    expect(undocumented).toEqual([]);
  });

  it('answers exactly the requests that the contracts give it, which auth alone may ask (W10)', () => {
    const answered = controllers()
      .flatMap((controller) => methodsOf(controller))
      .flatMap((method) => answeredBy(method) ?? []);
    const contracts = allRequests.filter(({ owner }) => owner === service.name);
    expect(answered.map(({ subject }) => subject).toSorted()).toEqual(
      contracts.map(({ subject }) => subject).toSorted(),
    );
    expect(contracts.flatMap(({ callers }) => callers)).toEqual(['auth', 'auth']);
  });

  it('consumes exactly the events that its role on the bus says (W10)', () => {
    const role = busRoles.find((candidate) => candidate.service === service.name);
    const consumed = new Set(
      app
        .get(EventHandlers)
        .consumers()
        .map(({ type }) => type.type),
    );
    expect([...consumed].toSorted()).toEqual(role?.consumes.map(({ type }) => type).toSorted());
    expect(app.get(EventHandlers).listeners()).toEqual([]);
  });

  it('may ask for nothing but the event log (W10)', () => {
    const asked = allRequests.filter((request) => mayCall(request, service.name)).map(({ subject }) => subject);
    expect(asked.toSorted()).toEqual(['publish.event-log.replay.v1']);
  });
});

function controllers(): object[] {
  return [...app.get(ModulesContainer).values()]
    .flatMap((module) => [...module.controllers.values()])
    .map(({ instance }) => Object.getPrototypeOf(instance) as object);
}

function methodsOf(prototype: object): object[] {
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const method: unknown = Reflect.get(prototype, name);
    return typeof method === 'function' ? [method] : [];
  });
}
