import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { OutboundClient, type OutboundSettings, type Resolve } from '../src/index.js';

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A server on loopback, and how often somebody reached it. */
async function server(listener: RequestListener): Promise<{ port: number; connections: () => number }> {
  const running: Server = createServer(listener);
  let connections = 0;
  running.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => (running.closeAllConnections(), running.close(resolve))));
  return { port: (running.address() as AddressInfo).port, connections: () => connections };
}

function client(settings: OutboundSettings, resolve?: Resolve): OutboundClient {
  const made = new OutboundClient({ allowHttp: true, ...settings }, resolve === undefined ? {} : { resolve });
  open.push(() => made.close());
  return made;
}

/** A resolver that answers one list after another, as the DNS of an attacker does. */
function resolver(...answers: string[][]): Resolve {
  let asked = 0;
  return (_hostname, _options, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

const get = { method: 'GET', timeoutMilliseconds: 5000, maxAnswerBytes: 100 } as const;

describe('a name', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback in IPv6', '::ffff:127.0.0.1'],
    ['a private network', '10.0.0.1'],
    ['metadata', '169.254.169.254'],
    ['CGNAT', '100.64.0.1'],
    ['this network', '0.0.0.0'],
  ])(
    'that resolves to %s is not connected to, and the error does not say where it leads (W3)',
    async (_kind, address) => {
      const { port, connections } = await server((_request, response) => response.end('inside'));
      const sent = client({}, resolver([address])).send({ ...get, url: `http://hooks.example:${port}/` });
      await expect(sent).rejects.toMatchObject({ code: 'outbound.address-refused' });
      await expect(sent).rejects.not.toMatchObject({ message: expect.stringContaining(address) as string });
      expect(connections()).toBe(0);
    },
  );

  it('that was public when it was looked at and leads inside when it is connected to is refused (W3, rebinding)', async () => {
    const { port, connections } = await server((_request, response) => response.end('inside'));
    const outbound = client({ allowedNetworks: ['127.0.0.2'] }, resolver(['127.0.0.2'], ['127.0.0.1']));
    const url = `http://hooks.example:${port}/`;
    await expect(outbound.send({ ...get, url })).rejects.toMatchObject({ code: 'outbound.unreachable' });
    await expect(outbound.send({ ...get, url })).rejects.toMatchObject({ code: 'outbound.address-refused' });
    expect(connections()).toBe(0);
  });

  it('that leads outside and inside is connected to outside alone (W3)', async () => {
    const { port } = await server((_request, response) => response.end('allowed'));
    const outbound = client({ allowedNetworks: ['127.0.0.1'] }, resolver(['10.0.0.1', '127.0.0.1', '::1']));
    const answer = await outbound.send({ ...get, url: `http://hooks.example:${port}/` });
    expect(answer.body.toString()).toBe('allowed');
  });

  it('that the operator trusts may lead anywhere', async () => {
    const { port } = await server((_request, response) => response.end('inside'));
    const outbound = client({ allowedNetworks: ['intranet.example'] }, resolver(['127.0.0.1']));
    const answer = await outbound.send({ ...get, url: `http://intranet.example:${port}/` });
    expect(answer.body.toString()).toBe('inside');
  });
});

describe('an address as such', () => {
  it('is refused by who connects, too, when the URL was not looked at (W3)', async () => {
    const { port, connections } = await server((_request, response) => response.end());
    const { dispatcher } = client({});
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]']) {
      const sent = dispatcher.request({ origin: `http://${host}:${port}`, path: '/', method: 'GET' });
      await expect(sent).rejects.toMatchObject({ code: 'outbound.address-refused' });
    }
    expect(connections()).toBe(0);
  });
});

describe('TLS', () => {
  it('is spoken with the name that was asked for, and only with who can prove to have it', async () => {
    const names = [{ type: 2 as const, value: 'hooks.example' }];
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'hooks.example' }], {
      extensions: [{ name: 'subjectAltName', altNames: names }],
    });
    const running = createTlsServer({ key, cert }, (_request, response) => response.end('secure'));
    await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => (running.closeAllConnections(), running.close(resolve))));
    const { port } = running.address() as AddressInfo;
    const send = (host: string) =>
      client({ allowedNetworks: ['127.0.0.1'] }, resolver(['127.0.0.1'])).send({
        ...get,
        url: `https://${host}:${port}/`,
      });
    await expect(send('hooks.example')).rejects.toMatchObject({ code: 'outbound.unreachable' });
    setDefaultCACertificates([cert]);
    expect((await send('hooks.example')).body.toString()).toBe('secure');
    await expect(send('other.example')).rejects.toMatchObject({ code: 'outbound.unreachable' });
  });
});

describe('an answer', () => {
  const inside = { allowedNetworks: ['127.0.0.1'] };

  it('that redirects is not followed (W3)', async () => {
    const target = await server((_request, response) => response.end('secret'));
    const { port } = await server((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${target.port}/` }).end();
    });
    const answer = await client(inside).send({ ...get, url: `http://127.0.0.1:${port}/` });
    expect(answer.status).toBe(302);
    expect(target.connections()).toBe(0);
  });

  it('that is too long is refused, or cut where that is wanted', async () => {
    const { port } = await server((_request, response) => response.end('a'.repeat(5000)));
    const url = `http://127.0.0.1:${port}/`;
    const outbound = client(inside);
    await expect(outbound.send({ ...get, url })).rejects.toMatchObject({ code: 'outbound.answer-too-long' });
    const { body, cut } = await outbound.send({ ...get, url, longAnswer: 'cut' });
    expect([body.toString(), cut]).toEqual(['a'.repeat(100), true]);
  });

  it('without an end ends when its time is over, however often a byte comes', async () => {
    const { port } = await server((_request, response) => {
      const drip = setInterval(() => response.write('a'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const sent = client(inside).send({
      ...get,
      url: `http://127.0.0.1:${port}/`,
      timeoutMilliseconds: 200,
      maxAnswerBytes: 1_000_000,
    });
    await expect(sent).rejects.toMatchObject({ code: 'outbound.timeout' });
  });

  it('that never comes ends when its time is over', async () => {
    const { port } = await server(() => undefined);
    const sent = client(inside).send({ ...get, url: `http://127.0.0.1:${port}/`, timeoutMilliseconds: 100 });
    await expect(sent).rejects.toMatchObject({ code: 'outbound.timeout' });
  });

  it('of nobody is an error that says so', async () => {
    const { port } = await server((_request, response) => response.destroy());
    const sent = client(inside).send({ ...get, url: `http://127.0.0.1:${port}/` });
    await expect(sent).rejects.toMatchObject({ code: 'outbound.unreachable' });
  });
});
