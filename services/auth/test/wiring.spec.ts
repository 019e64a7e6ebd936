import { Global, Module } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { edgeFastifyAdapter, EdgeModule, GatewayNews, listRoutes, problemDialect } from '@waybill/edge';
import { allRequests } from '@waybill/contracts';
import { answeredBy, Outbox, RequestClient } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { authConfig } from '../src/config.js';
import { service } from '../src/service.js';

const config = authConfig.parse({
  WAYBILL_NATS_URL: 'nats://localhost',
  WAYBILL_DATABASE_URL: 'postgres://auth:unused@localhost/waybill',
  WAYBILL_EXTERNAL_URL: 'https://waybill.example',
  WAYBILL_PASSWORD_COST: '4',
  WAYBILL_AUTH_KEY_SECRET: 'a secret of the installation, for tests',
});

/** What service-host gives to every service; nothing of it is used before the first request. */
@Global()
@Module({
  providers: [
    { provide: DataSource, useValue: {} },
    { provide: UnitOfWork, useValue: {} },
    { provide: Outbox, useValue: {} },
    { provide: RequestClient, useValue: {} },
    { provide: SERVICE_CONFIG, useValue: config },
    { provide: LOGGER, useValue: {} },
    { provide: GatewayNews, useValue: {} },
  ],
  exports: [DataSource, UnitOfWork, Outbox, RequestClient, SERVICE_CONFIG, LOGGER, GatewayNews],
})
class HostDouble {}

let app: NestFastifyApplication;

beforeAll(async () => {
  const imports = [HostDouble, AppModule, EdgeModule.forDialect(problemDialect)];
  const testing = await Test.createTestingModule({ imports }).compile();
  app = testing.createNestApplication<NestFastifyApplication>(edgeFastifyAdapter(problemDialect), { logger: false });
  await app.init();
});

afterAll(async () => {
  await app.close();
});

describe('the wiring of auth', () => {
  it('has the gateway count sessions that are opened as sign-ins, like the logins of clients (W4)', () => {
    const signIns = listRoutes(app).filter(({ declaration }) => declaration?.kind === 'open' && declaration.signIn);
    const named = signIns.map(({ method, path }) => `${method} ${path}`).filter((name) => !name.startsWith('HEAD'));
    expect(named.toSorted()).toEqual([
      'GET /login/sign-on/return',
      'POST /api/v1/sessions',
      'POST /login/sign-on/code',
    ]);
  });

  it('declares for every route who may call it, and for reading another right than for writing (A2)', () => {
    const routes = listRoutes(app).filter(({ method }) => method !== 'HEAD');
    expect(routes.filter(({ declaration }) => declaration === undefined)).toEqual([]);
    const writtenWithRead = routes.filter(
      ({ method, declaration }) =>
        method !== 'GET' && declaration?.kind === 'requires' && declaration.action === 'read',
    );
    expect(writtenWithRead).toEqual([]);
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
    const contracts = allRequests.filter(({ owner }) => owner === 'auth');
    expect(answered.map(({ subject }) => subject).toSorted()).toEqual(
      contracts.map(({ subject }) => subject).toSorted(),
    );
    expect(answered.filter(({ callers }) => callers.length === 0)).toEqual([]);
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
