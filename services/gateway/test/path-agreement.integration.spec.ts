import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { newPerson } from './people.js';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
});

beforeEach(() => {
  toy.seen.length = 0;
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

async function send(method: string, target: string, more = '', body = ''): Promise<{ status: number; text: string }> {
  return rawRequest(gateway.port, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n${body}`);
}

describe('one path for gateway and service (A1, W5)', () => {
  it.each([
    '/toy/echo//a',
    '/toy/echo/..;/a',
    '/toy/echo/a;/..;/b',
    '/toy/echo/%252e%252e/a',
    '/toy/echo/%2fa%2Fb',
    '/toy/echo/a%252fb',
    '/toy/%65cho/a',
    '/toy/echo/%c0%ae%c0%ae/a',
    '/toy/echo/%u002e%u002e',
    '/toy/echo/%zz',
    '/toy/echo/a%20b',
    '/toy/echo/a?b=/../c%00%5c',
    '/toy/echo/...',
    '/toy/echo/a?',
    '/toy/echo/a%3fb%23c',
  ])('%s reaches the service as it is, or nobody', async (target) => {
    const { status, text } = await send('GET', target);
    expect(toy.seen).toEqual(status === 400 && toy.seen.length === 0 ? [] : [{ method: 'GET', target }]);
    const echoed = /"target":"([^"]*)"/.exec(text)?.[1];
    expect([target, undefined]).toContain(echoed);
  });

  it.each([
    '/toy/echo/%00',
    '/toy/echo/a%00.json',
    '/toy/echo/a%0d%0aSet-Cookie:x',
    '/toy/echo/%5c..%5ca',
    '/toy/echo/\\..\\a',
    '/toy/echo/../../admin',
    '/toy/echo/./a',
    '/toy/echo/%2e%2e/a',
    '/toy/echo/.%2e/a',
    '/toy/echo/a%2f..%2fb',
    '/toy/echo/a/..',
    '/toy/..',
    '/toy/echo/a#b',
    '/toy/echo/\x7f',
    '/toy/echo/\xe4',
    'http://127.0.0.1/toy/echo/x',
    'http://elsewhere.example/toy/echo/x',
    '//elsewhere.example/../toy/echo/x',
    'toy/echo/x',
    'x:80',
    '*',
  ])('%j is refused, and the service sees nothing', async (target) => {
    expect((await send('GET', target)).status).toBe(400);
    expect(toy.seen).toEqual([]);
  });

  it.each([
    '//toy/echo/x',
    '/TOY/echo/x',
    '/%74oy/echo/x',
    '/toy%2fecho/x',
    '/toyecho',
    '/toy;/echo/x',
    '/;/toy/echo/x',
  ])('%s belongs to nobody', async (target) => {
    expect((await send('GET', target)).status).toBe(404);
    expect(toy.seen).toEqual([]);
  });

  it('OPTIONS * is refused', async () => {
    expect((await send('OPTIONS', '*')).status).toBe(400);
    expect(toy.seen).toEqual([]);
  });

  it.each([
    '/toy/files/x',
    '/toy/%66iles/x',
    '/toy/files/x%2fy',
    '/toy/files/x;a=b',
    '/toy/files/x?a=b',
    '/toy/files/x%3fy',
    '/toy/files//',
    '/toy/files/x/',
    '/toy//files/x',
    '/toy/FILES/x',
    '/toy/files/%zz',
  ])('nobody gets past the sign-in of an upload with %s', async (target) => {
    const anonymous = await send('PUT', target, 'Content-Length: 5\r\n', 'hello');
    expect([401, 404, 400]).toContain(anonymous.status);
    expect(anonymous.text).not.toContain('"bytes"');
    const { token } = newPerson(gateway);
    const known = await send('PUT', target, `Authorization: Bearer ${token}\r\nContent-Length: 5\r\n`, 'hello');
    // What the service takes for an upload, the gateway staged as one; and what it refuses, the service has no route for.
    expect(known.status).toBe(anonymous.status === 401 ? 200 : anonymous.status);
    expect(await gateway.stagedFiles()).toBe(0);
  });
});
