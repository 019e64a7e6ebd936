import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type NatsUser, resolveNatsServer, type RunningNats, startNats } from '@waybill/embedded-servers';
import { tempDir } from '@waybill/testing';

export interface RestartableNats {
  /** Stays the same over restarts. */
  readonly url: string;
  /** Ends the server; its streams stay. */
  stop(): Promise<void>;
  start(): Promise<void>;
  dispose(): Promise<void>;
}

/** A nats-server that comes back with its streams at the same address: a forwarder stands before it. */
export async function restartableNats(users: readonly NatsUser[]): Promise<RestartableNats> {
  const log = () => undefined;
  const program = await resolveNatsServer({ log });
  const directory = await tempDir('nats');
  const sockets = new Set<Socket>();
  let server: RunningNats | undefined;
  const forwarder = createServer((client) => {
    if (server === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect(server.port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from) && to.destroy());
      from.pipe(to);
    }
  });
  forwarder.listen(0, '127.0.0.1');
  await once(forwarder, 'listening');
  const { port } = forwarder.address() as AddressInfo;

  async function start(): Promise<void> {
    server = await startNats({ dataDir: directory.path, config: { users }, log, program });
  }
  async function stop(): Promise<void> {
    const stopping = server;
    server = undefined;
    await stopping?.stop();
  }
  async function dispose(): Promise<void> {
    await stop();
    for (const socket of sockets) socket.destroy();
    forwarder.close();
    await directory.dispose();
  }
  await start();
  return { url: `nats://127.0.0.1:${port}`, start, stop, dispose };
}
