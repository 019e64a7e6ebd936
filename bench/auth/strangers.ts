import { quantile } from '../load/statistics.js';
import { ask } from '../npm/ask.js';

export interface Answered {
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

const connections = 8;

/** Asks once with each of these tokens, a few at a time: the gateway knows none of them, so that auth is asked each time. */
export async function askAsStrangers(url: string, tokens: readonly string[]): Promise<Answered> {
  const waiting = tokens.values();
  const milliseconds: number[] = [];
  const began = performance.now();
  const worker = async () => {
    for (const token of waiting) {
      const before = performance.now();
      const { status } = await ask(url, { headers: { authorization: `Bearer ${token}` } });
      if (status !== 200) throw new Error(`${url} as a stranger: ${status}`);
      milliseconds.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return {
    requestsPerSecond: (tokens.length / (performance.now() - began)) * 1000,
    p50Milliseconds: quantile(milliseconds, 0.5),
    p99Milliseconds: quantile(milliseconds, 0.99),
  };
}
