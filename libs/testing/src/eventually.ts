import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Pause between two tries; default 20 ms. */
  readonly everyMs?: number;
}

/** Repeats an assertion until it holds, and answers its value; after the time limit it throws what it threw last. */
export async function eventually<Value>(
  assertion: () => Value | Promise<Value>,
  options: EventuallyOptions = {},
): Promise<Value> {
  const deadline = Date.now() + (options.timeoutMs ?? 10_000);
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
    }
    await delay(options.everyMs ?? 20);
  }
}
