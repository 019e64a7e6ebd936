import { setTimeout as delay } from 'node:timers/promises';

const pauseMilliseconds = 500;

/**
 * Does the work, and again after half a second when it fails in a way that time may mend, until `seconds` are over. Then,
 * or when time mends nothing, the last error is thrown.
 */
export async function waitUntil<Result>(options: {
  readonly seconds: number;
  readonly mendable: (error: unknown) => boolean;
  readonly work: () => Promise<Result>;
}): Promise<Result> {
  const until = performance.now() + options.seconds * 1000;
  for (;;) {
    try {
      return await options.work();
    } catch (error) {
      if (!options.mendable(error) || performance.now() + pauseMilliseconds >= until) throw error;
    }
    await delay(pauseMilliseconds);
  }
}
