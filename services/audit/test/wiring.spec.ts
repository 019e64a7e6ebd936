import { Global, Module } from '@nestjs/common';
import { DiscoveryModule, MetadataScanner } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { auditRecorded, busRoles } from '@waybill/contracts';
import { edgeFastifyAdapter, EdgeModule, listRoutes, problemDialect } from '@waybill/edge';
import { EventHandlers, Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditServiceModule } from '../src/app.module.js';
import { CheckpointsClock } from '../src/checkpoints/checkpoints.clock.js';
import { config as schema } from '../src/config.js';
import { AuditKeysService } from '../src/keys/audit-keys.service.js';
import { service } from '../src/service.js';

const config = schema.parse({
  WAYBILL_NATS_URL: 'nats://localhost',
  WAYBILL_DATABASE_URL: 'postgres://audit:unused@localhost/waybill',
  WAYBILL_AUDIT_KEY_SECRET: 'a secret of at least 32 characters',
});

const given = [
  { provide: DataSource, useValue: {} },
  { provide: UnitOfWork, useValue: {} },
  { provide: Outbox, useValue: {} },
  { provide: SERVICE_CONFIG, useValue: config },
  { provide: LOGGER, useValue: {} },
];

/** What service-host gives to every service; nothing of it is used before the first request. */
@Global()
@Module({ providers: given, exports: given.map(({ provide }) => provide) })
class HostDouble {}

let app: NestFastifyApplication;
let handlers: EventHandlers;

beforeAll(async () => {
  const testing = await Test.createTestingModule({
    imports: [HostDouble, AuditServiceModule, EdgeModule.forDialect(problemDialect), DiscoveryModule],
    providers: [EventHandlers, MetadataScanner],
  })
    .overrideProvider(AuditKeysService)
    .useValue({})
    .overrideProvider(CheckpointsClock)
    .useValue({})
    .compile();
  app = testing.createNestApplication<NestFastifyApplication>(edgeFastifyAdapter(problemDialect), { logger: false });
  await app.init();
  handlers = testing.get(EventHandlers);
});

afterAll(async () => {
  await app.close();
});

describe('the wiring of audit', () => {
  it('consumes exactly the events that its role on the bus says, those of every service that audits among them (W10)', () => {
    const role = busRoles.find((candidate) => candidate.service === service.name);
    const consumed = handlers.consumers().map(({ type }) => type.type);
    expect(consumed.toSorted()).toEqual(role?.consumes.map(({ type }) => type).toSorted());
    expect(consumed).toEqual(expect.arrayContaining(auditRecorded.map(({ type }) => type)));
    expect(handlers.listeners()).toEqual([]);
  });

  it('declares for every route who may call it, and is open with its public keys alone (A2)', () => {
    const routes = listRoutes(app).filter(({ method }) => method !== 'HEAD');
    expect(routes.map(({ method, path, declaration }) => [`${method} ${path}`, declaration?.kind])).toEqual([
      ['GET /api/v1/audit/events', 'requires'],
      ['GET /api/v1/audit/export', 'requires'],
      ['GET /api/v1/audit/checkpoints', 'requires'],
      ['GET /api/v1/audit/keys', 'open'],
      ['POST /api/v1/audit/keys', 'requires'],
    ]);
    const actions = routes.map(({ declaration }) =>
      declaration?.kind === 'requires' ? declaration.action : undefined,
    );
    expect(actions).toEqual(['audit', 'audit', 'audit', undefined, 'admin']);
  });

  it('has every route under a prefix that the gateway is told', () => {
    const prefixes = service.edge?.prefixes ?? [];
    const outside = listRoutes(app).filter(({ path }) => !prefixes.some((prefix) => `${path}/`.startsWith(prefix)));
    expect(outside).toEqual([]);
  });
});
