import { request } from 'undici';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

const proxied = {
  'x-forwarded-for': '6.6.6.6, 198.51.100.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'packages.example',
  'x-forwarded-prefix': '/waybill',
};

async function echo(gateway: RunningGateway, headers: Record<string, string>) {
  const answer = await request(`${gateway.url}/toy/echo/x`, { headers });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

async function routed(gateway: RunningGateway): Promise<ToyService> {
  const toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
  return toy;
}

describe('behind a trusted proxy (W4)', () => {
  let gateway: RunningGateway;
  let toy: ToyService;

  beforeAll(async () => {
    gateway = await startGateway({}, { trusted: ['127.0.0.1'] });
    toy = await routed(gateway);
  });

  afterAll(async () => {
    await toy.stop();
    await gateway.stop();
  });

  it('a service sees the client’s address and the installation’s, and none of the headers', async () => {
    const { body } = await echo(gateway, proxied);
    expect(body).toMatchObject({ clientAddress: '198.51.100.7', externalUrl: 'https://packages.example/waybill' });
    expect(Object.keys(body['headers'] as object)).toEqual(['host', 'user-agent']);
    await expect.poll(() => gateway.logged.at(-1)?.['client.address']).toBe('198.51.100.7');
    const page = await request(gateway.url, { headers: proxied });
    expect(await page.body.text()).toContain('https://packages.example/waybill/toy/');
  });

  it('an origin that is the installation’s own may write with a session', async () => {
    const write = (origin: string) =>
      request(`${gateway.url}/toy/notes`, {
        method: 'POST',
        headers: { ...proxied, origin, cookie: '__Host-waybill_session=0123456789abcdef', 'x-forwarded-prefix': '' },
      });
    expect((await write('https://packages.example')).statusCode).toBe(201);
    expect((await write('https://evil.example')).statusCode).toBe(403);
  });

  it('a request that says two things is refused, and the service does not see it', async () => {
    const before = toy.seen.length;
    const answer = await echo(gateway, { ...proxied, forwarded: 'for=203.0.113.9;proto=https;host=evil.example' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'http.forwarding' } });
    expect(toy.seen).toHaveLength(before);
  });
});

describe('forged forwarding headers (W4)', () => {
  let gateway: RunningGateway;
  let toy: ToyService;

  afterEach(async () => {
    await toy.stop();
    await gateway.stop();
  });

  it('mean nothing from a peer that is not trusted', async () => {
    gateway = await startGateway({}, { trusted: ['192.0.2.1'] });
    toy = await routed(gateway);
    const { body } = await echo(gateway, { ...proxied, forwarded: 'for=1.1.1.1;host=evil.example' });
    expect(body).toMatchObject({ clientAddress: '127.0.0.1', externalUrl: gateway.url });
  });

  it('do not replace the configured address, whoever sends them', async () => {
    gateway = await startGateway({}, { trusted: ['127.0.0.1'], configuredUrl: 'https://packages.example' });
    toy = await routed(gateway);
    const { body } = await echo(gateway, { ...proxied, 'x-forwarded-host': 'evil.example' });
    expect(body).toMatchObject({ clientAddress: '198.51.100.7', externalUrl: 'https://packages.example' });
  });
});
