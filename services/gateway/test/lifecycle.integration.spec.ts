import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { gateOf, startToyService } from './toy-service.js';

let gateway: RunningGateway;

beforeEach(async () => {
  gateway = await startGateway({ headersTimeoutMs: 500, drainMs: 5_000, readTimeoutMs: 3_000 });
});

afterEach(async () => {
  await gateway.stop();
});

describe('services that come and go', () => {
  it('routes a service that nobody told it about, and answers 503 in its dialect when it has gone', async () => {
    expect((await fetch(`${gateway.url}/toy/echo/x`)).status).toBe(404);
    const toy = await startToyService(gateway.connection, gateway.store);
    await expect.poll(async () => (await fetch(`${gateway.url}/toy/echo/x`)).status).toBe(200);
    expect(await (await fetch(gateway.url)).text()).toContain(`toy login ${gateway.url}/toy/ &#60;name&#62;`);
    await toy.stop();
    const gone = await fetch(`${gateway.url}/toy/echo/x`);
    expect(gone.status).toBe(503);
    expect(gone.headers.get('retry-after')).toBe('2');
    expect(await gone.json()).toMatchObject({
      code: 'service.no-responders',
      toyError: 'This service is not running now.',
    });
  });

  it('answers for what belongs to no service', async () => {
    const unknown = await fetch(`${gateway.url}/nowhere`);
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('content-type')).toBe('application/problem+json');
    expect(await unknown.json()).toMatchObject({ status: 404, requestId: unknown.headers.get('x-request-id') });
    const page = await fetch(gateway.url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await fetch(gateway.url, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${gateway.url}/favicon.ico`)).status).toBe(204);
    const options = await fetch(gateway.url, { method: 'OPTIONS' });
    expect(options.headers.get('access-control-allow-origin')).toBeNull();
    expect((await rawRequest(gateway.port, 'TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).status).toBe(
      405,
    );
  });
});

describe('time', () => {
  it('gives a slow sender of headers no more than its time', async () => {
    const answer = await rawRequest(gateway.port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(answer).toMatchObject({ status: 408, closed: true });
  });

  it('finishes what is in work when it stops, and takes nothing new', async () => {
    const toy = await startToyService(gateway.connection, gateway.store);
    await expect.poll(async () => (await fetch(`${gateway.url}/toy/echo/x`)).status).toBe(200);
    const answer = fetch(`${gateway.url}/toy/slow/drain`);
    await expect.poll(() => fetch(`${gateway.url}/toy/echo/x`).then((one) => one.status)).toBe(200);
    const drained = gateway.listener.drain();
    await expect
      .poll(() =>
        fetch(`${gateway.url}/`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    gateOf('drain').resolve();
    expect((await answer).status).toBe(200);
    await drained;
    await toy.stop();
  });

  it('gives up on a service that does not answer', async () => {
    const toy = await startToyService(gateway.connection, gateway.store);
    await expect.poll(async () => (await fetch(`${gateway.url}/toy/echo/x`)).status).toBe(200);
    const answer = await fetch(`${gateway.url}/toy/slow/for-ever`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'service.timeout' });
    gateOf('for-ever').resolve();
    await toy.stop();
  });
});
