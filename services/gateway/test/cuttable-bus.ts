import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttableBus {
  readonly url: string;
  /** Ends all connections and accepts no other, as when a cable is pulled and the system notices. */
  cut(): void;
  /** Lets nothing through in either direction, as when nobody notices. */
  freeze(): void;
  mend(): void;
  stop(): Promise<void>;
}

/** A way to the bus that a test can take away from one gateway alone. */
export async function cuttableBus(busUrl: string): Promise<CuttableBus> {
  const port = Number(new URL(busUrl).port);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'frozen' = 'open';
  const server = createServer((client) => {
    if (state !== 'open') {
      client.destroy();
      return;
    }
    const bus = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [client, bus],
      [bus, client],
    ] as const) {
      sockets.add(one);
      one.on('data', (chunk) => other.write(chunk));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `nats://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    cut: () => {
      state = 'cut';
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      if (state === 'frozen') for (const socket of sockets) socket.resume();
      state = 'open';
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
