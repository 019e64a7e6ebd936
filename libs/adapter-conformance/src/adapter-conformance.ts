import type { BusRole } from '@waybill/contracts';
import { afterAll, beforeAll, describe } from 'vitest';
import type { AdapterUnderTest } from './adapter-under-test.js';
import { lifeSuite } from './life.suite.js';
import { readingSuite } from './reading.suite.js';
import type { AdapterToRun, RunningAdapter } from './running-adapter.js';
import { startAdapter } from './running-adapter.js';
import { wiringSuite } from './wiring.suite.js';

/**
 * What every adapter holds, in the words of its ecosystem: one call in a file of the project `integration`. `role`: its role on
 * the bus, where the topology does not have it yet.
 */
export function adapterConformance(subject: AdapterUnderTest, { role }: { readonly role?: BusRole } = {}): void {
  const running = role === undefined ? subject : { ...subject, role };
  whileRunning(running, (adapter) => {
    wiringSuite(subject.service, adapter);
    readingSuite(subject, adapter);
    lifeSuite(subject, adapter);
  });
}

/** What holds before an adapter has any document. */
export function adapterWiring(adapter: AdapterToRun): void {
  whileRunning(adapter, (running) => wiringSuite(adapter.service, running));
}

function whileRunning(toRun: AdapterToRun, suites: (adapter: () => RunningAdapter) => void): void {
  describe(`${toRun.service.name} as an adapter`, () => {
    let running: RunningAdapter | undefined;

    beforeAll(async () => {
      running = await startAdapter(toRun);
    });

    afterAll(async () => {
      await running?.stop();
    });

    suites(() => {
      if (running === undefined) throw new Error('The adapter is not running.');
      return running;
    });
  });
}
