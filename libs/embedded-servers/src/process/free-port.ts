import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections (Linux from 32768, others from 49152): those would take a port before it is bound. */
const [lowest, highest] = [16_384, 32_767];
const maxTries = 50;

/** A TCP port of the loopback interface that was free a moment ago; who binds it must be ready to ask again. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const port = await bound(randomInt(lowest, highest + 1));
    if (port !== undefined) return port;
  }
  const any = await bound(0);
  if (any === undefined) throw new Error('No free port was found.');
  return any;
}

/** The port if it could be bound; any for 0. */
async function bound(port: number): Promise<number | undefined> {
  const probe = createServer();
  const listening = once(probe, 'listening').then(
    () => true,
    () => false,
  );
  probe.listen(port, '127.0.0.1');
  if (!(await listening)) return undefined;
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return address === null || typeof address === 'string' ? undefined : address.port;
}
