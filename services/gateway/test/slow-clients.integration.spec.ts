import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { newPerson } from './people.js';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
const sockets: Socket[] = [];

async function start(limits: Parameters<typeof startGateway>[0]): Promise<void> {
  gateway = await startGateway(limits);
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
}

beforeEach(() => {
  sockets.length = 0;
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await toy.stop();
  await gateway.stop();
});

async function open(): Promise<Socket> {
  const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

describe('clients that send slowly', () => {
  it('are answered 408 in the dialect of the service and cut, small body or large, and leave nothing behind', async () => {
    await start({ minBodyBytesPerSecond: 1000, bodyPaceWindowMs: 150 });
    const { token } = newPerson(gateway);
    for (const target of ['PUT /toy/files/x', 'POST /toy/notes']) {
      const head = `${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 1000\r\n\r\n`;
      const answer = await rawRequest(gateway.port, `${head}drip`);
      expect(answer).toMatchObject({ status: 408, closed: true });
      expect(answer.text).toContain('"code":"body.too-slow"');
      expect(answer.text.toLowerCase()).toContain('connection: close');
    }
    expect(await gateway.stagedFiles()).toBe(0);
    expect(toy.seen).toEqual([]);
  });
});

describe('clients that do not read', () => {
  it('are cut after the idle time, and cost no memory until then', async () => {
    await start({ idleTimeoutMs: 1000 });
    const bytes = randomBytes(48 * 1024 * 1024);
    const { digest } = await gateway.store.put(bytes);
    const before = process.memoryUsage().arrayBuffers;
    const readers = await Promise.all(Array.from({ length: 8 }, open));
    for (const socket of readers) {
      socket.pause();
      socket.write(`GET /toy/blob/${digest}/${String(bytes.length)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    }
    await expect.poll(() => toy.seen.length).toBe(8);
    await expect
      .poll(() => gateway.logged.filter((line) => line['aborted'] === true).length, { timeout: 15_000 })
      .toBe(8);
    // Eight times 48 MiB would be 384: what is held is what waits in each stream.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('connections of one address (W4)', () => {
  it('are refused beyond their number, and accepted again when one has gone', async () => {
    await start({ maxConnectionsPerAddress: 3 });
    const [first] = await Promise.all([open(), open(), open()]);
    const refused = await open();
    await once(refused.resume(), 'close');
    first.destroy();
    await expect
      .poll(() =>
        rawRequest(gateway.port, 'GET /favicon.ico HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').then(
          (answer) => answer.status,
          () => 0,
        ),
      )
      .toBe(204);
  });
});
