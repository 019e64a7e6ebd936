import { Global, Module } from '@nestjs/common';
import { DiscoveryModule, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { allRequests, busRoles, mayCall } from '@waybill/contracts';
import { EventHandlers, Outbox, RequestClient } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER, SERVICE_CONFIG, STORE_CONFIG } from '@waybill/service-host';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScannerModule } from '../src/app.module.js';
import { config } from '../src/config.js';
import { service } from '../src/service.js';

const given = [
  { provide: DataSource, useValue: {} },
  { provide: UnitOfWork, useValue: {} },
  { provide: Outbox, useValue: {} },
  { provide: RequestClient, useValue: {} },
  { provide: SERVICE_CONFIG, useValue: config.partial().parse({}) },
  { provide: STORE_CONFIG, useValue: { driver: 'fs', rootDir: '.' } },
  { provide: LOGGER, useValue: {} },
];

/** What service-host gives to every service; nothing of it is used before the first event. */
@Global()
@Module({ providers: given, exports: given.map(({ provide }) => provide) })
class HostDouble {}

let app: TestingModule;

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [HostDouble, ScannerModule, DiscoveryModule],
    providers: [EventHandlers, MetadataScanner],
  }).compile();
});

afterAll(async () => {
  await app.close();
});

describe('the wiring of the scanner', () => {
  it('has no routes and answers no requests, so that nobody can ask it for anything (A2)', () => {
    const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.keys()]);
    expect(controllers).toEqual([]);
    expect(service.edge).toBeUndefined();
    expect(allRequests.filter(({ owner }) => owner === service.name)).toEqual([]);
  });

  it('consumes exactly the events that its role on the bus says (W10)', () => {
    const role = busRoles.find((candidate) => candidate.service === service.name);
    const handlers = app.get(EventHandlers);
    expect(handlers.consumers().map(({ type }) => type.type)).toEqual(role?.consumes.map(({ type }) => type));
    expect(handlers.listeners()).toEqual([]);
    expect(role?.edge).toBe(false);
  });

  it('may ask for what it needs: that tokens which leaked are revoked (P11, W10)', () => {
    const asked = allRequests.filter((request) => mayCall(request, service.name)).map(({ subject }) => subject);
    expect(asked).toContain('auth.token.report-leak.v1');
    expect(asked.filter((subject) => /submit|tag|repository/.test(subject))).toEqual([]);
  });
});
