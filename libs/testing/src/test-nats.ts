import type { NatsUser, ServerLog } from '@waybill/embedded-servers';
import { startNats } from '@waybill/embedded-servers';

import { providedServers } from './provided-servers.js';
import { tempDir } from './temp-dir.js';

export interface TestNatsOptions {
  /** None: everybody may connect and do everything, without a password. */
  readonly users?: readonly NatsUser[];
  readonly log?: ServerLog;
}

export interface TestNats {
  /** `nats://127.0.0.1:<port>`, without credentials. */
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its streams. */
  stop(): Promise<void>;
}

/** A nats-server with JetStream of its own (30 ms), so that the streams of two spec files never meet. */
export async function startTestNats(options: TestNatsOptions = {}): Promise<TestNats> {
  const { natsServer } = await providedServers();
  const directory = await tempDir('nats');
  try {
    const nats = await startNats({
      dataDir: directory.path,
      config: options.users === undefined ? {} : { users: options.users },
      log: options.log ?? (() => undefined),
      program: natsServer,
    });
    return {
      url: nats.url,
      port: nats.port,
      stop: async () => {
        await nats.stop();
        await directory.dispose();
      },
    };
  } catch (error) {
    await directory.dispose();
    throw error;
  }
}
