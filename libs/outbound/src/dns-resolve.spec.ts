import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dnsResolve } from './dns-resolve.js';
import type { Resolve } from './guarded-dispatcher.js';

/** A server of names that has one address for all, or is silent. Where it is, and how often it was asked. */
async function dnsServer(address: string | undefined): Promise<{ server: string; asked: () => number }> {
  const socket = createSocket('udp4');
  let questions = 0;
  socket.on('message', (question, from) => {
    questions += 1;
    if (address !== undefined) socket.send(answerTo(question, address), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked: () => questions };
}

/** RFC 1035 §4: the question again, with one A record; none for AAAA. */
function answerTo(question: Buffer, address: string): Buffer {
  const isIpv4 = question.readUInt16BE(questionEnd(question) - 4) === 1;
  const asked = question.subarray(12, questionEnd(question));
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(isIpv4 ? 1 : 0, 6);
  head.writeUInt16BE(0, 10);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([head, asked, ...(isIpv4 ? [record] : [])]);
}

function questionEnd(question: Buffer): number {
  let at = 12;
  while (question[at] !== 0) at += (question[at] ?? 0) + 1;
  return at + 5;
}

function resolved(resolve: Resolve, name: string): Promise<LookupAddress[]> {
  return new Promise((settle, fail) => {
    resolve(name, { all: true }, (error, addresses) => {
      if (error === null) settle(addresses);
      else fail(error);
    });
  });
}

describe('asking DNS', () => {
  it('finds the addresses of a name', async () => {
    const { server } = await dnsServer('192.0.2.7');
    const resolve = dnsResolve({ isSystemName: () => false, servers: [server] });
    expect(await resolved(resolve, 'ci.example')).toEqual([{ address: '192.0.2.7', family: 4 }]);
  });

  it('leaves names that the operator has named to the system', async () => {
    const { server, asked } = await dnsServer('192.0.2.7');
    const resolve = dnsResolve({ isSystemName: (name) => name === 'localhost', servers: [server] });
    expect((await resolved(resolve, 'localhost')).map(({ address }) => address)).not.toContain('192.0.2.7');
    expect(asked()).toBe(0);
  });

  it('for many names of silent servers keeps nobody else from working (T7)', async () => {
    const { server, asked } = await dnsServer(undefined);
    const resolve = dnsResolve({ isSystemName: () => false, servers: [server], timeoutMilliseconds: 300 });
    const names = Array.from({ length: 50 }, (_, index) => `hangs-${index}.example`);
    const outcomes = Promise.allSettled(names.map((name) => resolved(resolve, name)));
    // What signatures and files need, too: a thread of the pool.
    let isOver = false;
    void outcomes.then(() => (isOver = true));
    await Promise.all(Array.from({ length: 8 }, () => promisify(pbkdf2)('a', 'b', 1, 32, 'sha256')));
    expect(isOver).toBe(false);
    for (const outcome of await outcomes) expect(outcome.status).toBe('rejected');
    expect(asked()).toBeGreaterThanOrEqual(50);
  });

  it('fails for a name that has no address', async () => {
    const { server } = await dnsServer(undefined);
    const resolve = dnsResolve({ isSystemName: () => false, servers: [server], timeoutMilliseconds: 100 });
    await expect(resolved(resolve, 'nothing.example')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    await expect(resolved(resolve, 'not a name')).rejects.toBeInstanceOf(Error);
  });
});
