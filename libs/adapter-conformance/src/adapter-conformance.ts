import type { BusRole } from '@waybill/contracts';
import { afterAll, beforeAll, describe } from 'vitest';
import type { AdapterUnderTest } from './adapter-under-test.js';
import { lifeSuite } from './life.suite.js';
import { readingSuite } from './reading.suite.js';
import type { RunningAdapter } from './running-adapter.js';
import { startAdapter } from './running-adapter.js';
import { wiringSuite } from './wiring.suite.js';

/**
 * What every adapter holds, in the words of its ecosystem: one call in a file of the project `integration`. `role`: its role on
 * the bus, where the topology does not have it yet.
 */
export function adapterConformance(subject: AdapterUnderTest, { role }: { readonly role?: BusRole } = {}): void {
  describe(`${subject.service.name} as an adapter`, () => {
    let running: RunningAdapter | undefined;
    const adapter = (): RunningAdapter => {
      if (running === undefined) throw new Error('The adapter is not running.');
      return running;
    };

    beforeAll(async () => {
      running = await startAdapter({ ...subject, ...(role === undefined ? {} : { role }) });
    });

    afterAll(async () => {
      await running?.stop();
    });

    wiringSuite(subject, adapter);
    readingSuite(subject, adapter);
    lifeSuite(subject, adapter);
  });
}
