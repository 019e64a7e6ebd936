import { listRoutes } from '@waybill/edge';
import { EventHandlers } from '@waybill/messaging';
import { driftOf } from '@waybill/persistence';
import type { ServiceDefinition } from '@waybill/service-host';
import { describe, expect, it } from 'vitest';
import type { RunningAdapter } from './running-adapter.js';

/** How an adapter is put together. */
export function wiringSuite({ edge }: ServiceDefinition, adapter: () => RunningAdapter): void {
  describe('the wiring', () => {
    it('declares for every route who may call it (A2)', () => {
      const routes = listRoutes(adapter().app);
      expect(routes).not.toEqual([]);
      expect(routes.filter(({ declaration }) => declaration === undefined)).toEqual([]);
    });

    it('has every route below the prefixes that the gateway is told', () => {
      const prefixes = edge?.prefixes ?? [];
      const isKnown = (path: string) => prefixes.some((prefix) => `${path}/`.startsWith(prefix));
      expect(listRoutes(adapter().app).filter(({ path }) => !isKnown(path))).toEqual([]);
    });

    it('handles every event that it is given, and is given every event that it handles', () => {
      const handlers = adapter().app.get(EventHandlers, { strict: false }).consumers();
      const handled = new Set(handlers.map(({ type }) => type.type));
      const given = new Set(adapter().role.consumes.map(({ type }) => type));
      expect([...given].filter((type) => !handled.has(type))).toEqual([]);
      expect([...handled].filter((type) => !given.has(type))).toEqual([]);
    });

    it('has a schema that is what its entities say', async () => {
      expect(await driftOf(adapter().dataSource)).toEqual([]);
    });
  });
}
