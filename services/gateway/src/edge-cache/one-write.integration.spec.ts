import { Agent, get as httpGet } from 'node:http';
import { Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultLimits, serverOptions } from '../limits/listener-limits.js';
import { rawRequest } from '../../test/raw-request.js';
import { startGateway, type RunningGateway } from '../../test/running-gateway.js';
import { startToyService, type ToyService } from '../../test/toy-service.js';
import { shelf } from '../../test/toy-shelf.js';

let gateway: RunningGateway;
let toy: ToyService;
const bytes = randomBytes(3000);
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  const { digest } = await gateway.store.put(bytes);
  shelf.set('file', { blob: { digest, sizeBytes: bytes.length, mediaType: 'application/octet-stream' } });
});

afterEach(() => {
  for (const restore of undo.splice(0)) restore();
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

/** What the listener hands to the system, connection by connection; a head and a body in one call are one write. */
function writesOfListener(): { count: number } {
  const writes = { count: 0 };
  const count = (socket: Socket): void => {
    if (socket.localPort === gateway.port) writes.count += 1;
  };
  for (const name of ['_write', '_writev'] as const) {
    const original = Reflect.get(Socket.prototype, name) as (...given: unknown[]) => unknown;
    function counted(this: Socket, ...given: unknown[]): unknown {
      count(this);
      return original.apply(this, given);
    }
    Reflect.set(Socket.prototype, name, counted);
    undo.push(() => Reflect.set(Socket.prototype, name, original));
  }
  return writes;
}

function download(agent: Agent): Promise<{ readonly port: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    httpGet(`${gateway.url}/toy/files-of/file`, { agent }, (response) => {
      const port = response.socket.localPort ?? 0;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ port, body: Buffer.concat(chunks) });
      });
    }).on('error', reject);
  });
}

describe('small downloads one after the other on one connection', () => {
  it('leave in one write each, head and body, so that no delayed acknowledgement holds the body back', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await download(agent);
    const writes = writesOfListener();
    const ports = new Set<number>();
    for (let index = 0; index < 20; index += 1) {
      const { port, body } = await download(agent);
      ports.add(port);
      expect(body.equals(bytes)).toBe(true);
    }
    agent.destroy();
    expect(ports.size).toBe(1);
    expect(writes.count).toBe(20);
  });

  it('leave at once, as the connection is told not to wait for more', () => {
    expect(serverOptions(defaultLimits).noDelay).toBe(true);
  });
});

describe('what is answered from memory', () => {
  it('keeps its place among pipelined requests', async () => {
    const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    shelf.set('one', { text: 'the first' });
    shelf.set('two', { text: 'the second' });
    await fetch(`${gateway.url}/toy/shelf/one`);
    await fetch(`${gateway.url}/toy/shelf/two`);
    const paths = ['one', 'unkept', 'two', 'one'].map((name) => `/toy/shelf/${name}`);
    const isWhole = (text: string): boolean => text.split('the first').length === 3 && text.includes('the second');
    const { text } = await rawRequest(gateway.port, paths.map(ask).join(''), isWhole);
    expect(text.match(/the first|the second|no such toy/g)).toEqual([
      'the first',
      'no such toy',
      'the second',
      'the first',
    ]);
  });

  it('is finished for a client that reads slowly when the gateway stops', async () => {
    // More than the system's buffers of both ends take over.
    const large = 'x'.repeat(8_000_000);
    shelf.set('large', { text: large });
    const stopping = await startGateway({}, { beside: gateway });
    await vi.waitFor(() => {
      expect(stopping.directory.replicasOf('toy')).toBe(1);
    });
    await (await fetch(`${stopping.url}/toy/shelf/large`)).text();
    const socket = new Socket().connect(stopping.port, '127.0.0.1');
    let received = 0;
    socket.write('GET /toy/shelf/large HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise<void>((resolve) => {
      socket.once('data', (chunk: Buffer) => {
        received += chunk.length;
        socket.pause();
        resolve();
      });
    });
    const stopped = stopping.stop();
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    socket.resume();
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await stopped;
    expect(received).toBeGreaterThan(large.length);
  });
});
