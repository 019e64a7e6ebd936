import { describe, expect, it } from 'vitest';
import { ExtractionGate } from '../src/index.js';

/** Work that ends when told to. */
function work(): { readonly start: () => Promise<void>; readonly end: () => void; readonly started: () => boolean } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let started = false;
  return {
    start: async () => {
      started = true;
      await promise;
    },
    end: () => {
      resolve(undefined);
    },
    started: () => started,
  };
}

describe('the gate for all extractions of a process (I3)', () => {
  it('lets no more run at once than allowed, in the order they came', async () => {
    const gate = new ExtractionGate({ maxConcurrent: 1 });
    const [first, second, third] = [work(), work(), work()];
    const runs = [first, second, third].map((one) => gate.run(10, one.start));
    expect(gate.load).toEqual({ running: 1, bytes: 10, waiting: 2 });
    first.end();
    await runs[0];
    await expect.poll(() => [second.started(), third.started()]).toEqual([true, false]);
    second.end();
    third.end();
    await Promise.all(runs);
    expect(gate.load).toEqual({ running: 0, bytes: 0, waiting: 0 });
  });

  it('bounds the bytes in extraction, and lets one larger archive through alone', async () => {
    const gate = new ExtractionGate({ maxConcurrent: 10, maxBytes: 100 });
    const [large, small] = [work(), work()];
    const runs = [gate.run(500, large.start), gate.run(1, small.start)];
    expect(small.started()).toBe(false);
    large.end();
    small.end();
    await Promise.all(runs);
    expect(small.started()).toBe(true);
  });

  it('answers “unavailable” with a time to retry when the queue is full', async () => {
    const gate = new ExtractionGate({ maxConcurrent: 1, maxWaiting: 0, retryAfterSeconds: 7 });
    const running = work();
    const run = gate.run(1, running.start);
    await expect(gate.run(1, () => Promise.resolve())).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'archive.extraction-busy',
      retryAfterSeconds: 7,
    });
    running.end();
    await run;
  });

  it('lets nobody wait longer than allowed', async () => {
    const gate = new ExtractionGate({ maxConcurrent: 1, maxWaitMs: 5 });
    const running = work();
    const run = gate.run(1, running.start);
    await expect(gate.run(1, () => Promise.resolve())).rejects.toMatchObject({ code: 'archive.extraction-busy' });
    expect(gate.load.waiting).toBe(0);
    running.end();
    await run;
  });

  it('forgets who gives up waiting, and frees the place of who fails', async () => {
    const gate = new ExtractionGate({ maxConcurrent: 1 });
    const caller = new AbortController();
    const running = work();
    const run = gate.run(1, async () => {
      await running.start();
      throw new Error('unreadable');
    });
    const waiting = gate.run(1, () => Promise.resolve(), caller.signal);
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'archive.aborted' });
    running.end();
    await expect(run).rejects.toThrow('unreadable');
    await expect(gate.run(1, () => Promise.resolve('next'))).resolves.toBe('next');
  });
});
