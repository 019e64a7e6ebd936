import { setTimeout as delay } from 'node:timers/promises';
import type { ServerLog } from './child-server.js';

/** A server that listens on a port and may end without being asked to. */
export interface EndingServer {
  readonly port: number;
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface KeepRunningOptions {
  readonly name: string;
  readonly log: ServerLog;
  /** Between an unexpected end and the next start; doubles with each failure up to `maxPauseMs`. */
  readonly pauseMs?: number;
  readonly maxPauseMs?: number;
}

/**
 * Starts a server, and starts it again on the same port whenever it ends unasked, so that clients which reconnect find it.
 * `ended` of the answer resolves only after `stop()`. Throws what the first start throws; later failures are logged.
 */
export async function keepRunning<Server extends EndingServer>(
  start: (port: number | undefined) => Promise<Server>,
  options: KeepRunningOptions,
): Promise<Server> {
  const { name, log, pauseMs = 100, maxPauseMs = 5000 } = options;
  const first = await start(undefined);
  const stopping = new AbortController();
  let current: Server | undefined = first;
  const isStopping = () => stopping.signal.aborted;
  const ended = watch();

  async function watch(): Promise<string> {
    let how = await first.ended;
    let pause = pauseMs;
    while (!isStopping()) {
      current = undefined;
      log(`${name} ended unasked (${how}) and is started again.`);
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (isStopping()) break;
      try {
        current = await start(first.port);
        pause = pauseMs;
        if (isStopping()) await current.stop();
        how = await current.ended;
      } catch (error) {
        how = error instanceof Error ? error.message : 'not started';
        pause = Math.min(pause * 2, maxPauseMs);
      }
    }
    return how;
  }

  return {
    ...first,
    ended,
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await ended;
    },
  };
}
