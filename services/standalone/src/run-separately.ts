import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DomainError } from '@waybill/domain';
import { freePort } from '@waybill/embedded-servers';
import type { Logger } from '@waybill/observability';
import { environment } from './config.js';
import type { Installation } from './installation.js';
import type { RunningServices } from './run-in-process.js';
import { services } from './services.js';

const readyMilliseconds = 60_000;
const pollMilliseconds = 50;
const restartMilliseconds = 500;
const stopMilliseconds = 30_000;

/** Every service as a process of its own, as in a cluster; one that dies is started again. */
export async function runSeparately(installation: Installation, log: Logger): Promise<RunningServices> {
  const supervised: SupervisedService[] = [];
  const stop = async () => {
    for (const service of supervised.splice(0).reverse()) await service.stop();
  };
  try {
    for (const { name } of services) {
      const service = new SupervisedService(name, installation, await freePort(), log);
      supervised.push(service);
      await service.ready();
    }
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

class SupervisedService {
  readonly #name: string;
  readonly #installation: Installation;
  readonly #healthPort: number;
  readonly #log: Logger;
  #child: ChildProcess;
  #stopping = false;

  constructor(name: string, installation: Installation, healthPort: number, log: Logger) {
    this.#name = name;
    this.#installation = installation;
    this.#healthPort = healthPort;
    this.#log = log;
    this.#child = this.#spawn();
  }

  async ready(): Promise<void> {
    const until = Date.now() + readyMilliseconds;
    while (Date.now() < until) {
      const answer = await fetch(`http://127.0.0.1:${this.#healthPort}/readyz`).catch(() => undefined);
      if (answer?.ok === true) return;
      await delay(pollMilliseconds);
    }
    throw new DomainError('unavailable', 'service.not-ready', `The service ${this.#name} did not become ready.`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = delay(stopMilliseconds, 'late', { ref: false });
    if ((await Promise.race([exited, late])) === 'late') this.#child.kill('SIGKILL');
  }

  #spawn(): ChildProcess {
    const entry = fileURLToPath(import.meta.resolve(`@waybill/service-${this.#name}`));
    const child = spawn(process.execPath, [join(dirname(entry), 'main.js')], {
      env: {
        ...environment,
        ...this.#installation.environmentOf(this.#name),
        WAYBILL_HEALTH_PORT: String(this.#healthPort),
      },
      // Over the channel a child notices that this process is gone, however it ended.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      this.#log.warn({ service: this.#name, code, signal }, 'A service died and is started again.');
      setTimeout(() => {
        if (!this.#stopping) this.#child = this.#spawn();
      }, restartMilliseconds);
    });
    this.#log.debug({ service: this.#name, pid: child.pid }, 'A service was started.');
    return child;
  }
}
