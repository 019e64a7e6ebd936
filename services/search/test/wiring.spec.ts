import { Global, Module } from '@nestjs/common';
import { DiscoveryModule, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { allRequests, busRoles, mayCall } from '@waybill/contracts';
import { answeredBy, EventHandlers, EventReplay } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER, METRICS } from '@waybill/service-host';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SearchModule } from '../src/app.module.js';
import { service } from '../src/service.js';

const given = [
  { provide: DataSource, useValue: {} },
  { provide: UnitOfWork, useValue: {} },
  { provide: EventReplay, useValue: {} },
  { provide: LOGGER, useValue: {} },
  { provide: METRICS, useValue: {} },
];

/** What service-host gives to every service; nothing of it is used before the first event. */
@Global()
@Module({ providers: given, exports: given.map(({ provide }) => provide) })
class HostDouble {}

let app: TestingModule;

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [HostDouble, SearchModule, DiscoveryModule],
    providers: [EventHandlers, MetadataScanner],
  }).compile();
});

afterAll(async () => {
  await app.close();
});

describe('the wiring of search', () => {
  it('answers exactly the requests that the contracts give it, and has no routes (A2, W10)', () => {
    expect(service.edge).toBeUndefined();
    const contracts = allRequests.filter(({ owner }) => owner === service.name);
    const answered = messageHandlers().map((handler) => answeredBy(handler)?.subject);
    expect(answered.toSorted()).toEqual(contracts.map(({ subject }) => subject).toSorted());
    expect(contracts.flatMap(({ callers }) => callers)).toEqual(['adapter-*']);
  });

  it('consumes exactly the events that its role on the bus says (W10)', () => {
    const role = busRoles.find((candidate) => candidate.service === service.name);
    const handlers = app.get(EventHandlers);
    expect(
      handlers
        .consumers()
        .map(({ type }) => type.type)
        .toSorted(),
    ).toEqual(role?.consumes.map(({ type }) => type).toSorted());
    expect(handlers.listeners()).toEqual([]);
    expect(role?.edge).toBe(false);
  });

  it('may ask for nothing but the event log (W10)', () => {
    const asked = allRequests.filter((request) => mayCall(request, service.name)).map(({ subject }) => subject);
    expect(asked).toEqual(['publish.event-log.replay.v1']);
  });
});

function messageHandlers(): object[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ instance }) => {
    const prototype = Object.getPrototypeOf(instance) as Record<string, unknown>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      return typeof method === 'function' && answeredBy(method) !== undefined ? [method] : [];
    });
  });
}
