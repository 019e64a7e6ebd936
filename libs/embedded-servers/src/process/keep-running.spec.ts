import { describe, expect, it } from 'vitest';
import type { EndingServer } from './keep-running.js';
import { keepRunning } from './keep-running.js';

class Started {
  readonly servers: (EndingServer & { end(how: string): void; readonly askedPort: number | undefined })[] = [];
  failures = 0;
  readonly lines: string[] = [];

  start = (askedPort: number | undefined): Promise<EndingServer> => {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('cannot start'));
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<string>();
    const stop = (): Promise<void> => {
      end('stopped');
      return Promise.resolve();
    };
    const server = { port: askedPort ?? 4222, askedPort, ended, stop, end };
    this.servers.push(server);
    return Promise.resolve(server);
  };

  keep(): Promise<EndingServer> {
    return keepRunning(this.start, { name: 'x', log: (line) => this.lines.push(line), pauseMs: 1, maxPauseMs: 4 });
  }
}

describe('a server that is kept running', () => {
  it('comes back on the port that it had, also when it takes several tries', async () => {
    const started = new Started();
    const kept = await started.keep();
    started.failures = 3;
    started.servers[0]?.end('signal SIGKILL');
    await expect.poll(() => started.servers.map((server) => server.askedPort)).toEqual([undefined, 4222]);
    started.servers[1]?.end('exit 1');
    await expect.poll(() => started.servers.length).toBe(3);
    expect(started.lines[0]).toBe('x ended unasked (signal SIGKILL) and is started again.');
    await kept.stop();
  });

  it('stays away when it is stopped, also while it is down', async () => {
    const started = new Started();
    const kept = await started.keep();
    started.failures = Number.POSITIVE_INFINITY;
    started.servers[0]?.end('signal SIGKILL');
    await expect.poll(() => started.lines.length).toBeGreaterThan(1);
    await kept.stop();
    expect(started.servers).toHaveLength(1);
    await expect(kept.ended).resolves.toBe('cannot start');
  });

  it('fails at once when it cannot be started at all', async () => {
    const started = new Started();
    started.failures = 1;
    await expect(started.keep()).rejects.toThrow('cannot start');
  });
});
