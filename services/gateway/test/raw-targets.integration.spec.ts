import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

async function get(target: string, header = 'Host: x\r\n'): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await rawRequest(gateway.port, `GET ${target} HTTP/1.1\r\n${header}Connection: close\r\n\r\n`);
  const body: unknown = JSON.parse(answer.text.slice(answer.text.indexOf('{'), answer.text.lastIndexOf('}') + 1));
  return { status: answer.status, body: body as Record<string, unknown> };
}

describe('raw targets (A1, W5)', () => {
  it.each([
    '/toy/echo/@acme%2fa',
    '/toy/echo/@acme%2Fa',
    '/toy/echo/a+b',
    '/toy/echo/a%25b',
    '/toy/echo//a//b',
    '/toy/echo/a..b',
    '/toy/echo/a%2e%2eb',
    '/toy/echo/a;b=c',
    '/toy/echo/x?a=b%20c',
  ])('brings %s to the service byte by byte', async (target) => {
    expect((await get(target)).body).toMatchObject({ target });
  });

  it.each(['/toy/echo/../x', '/toy/echo/./x', '/toy/echo/%2e%2E/x', '/toy/echo/a\\b', '/toy/echo/%00', '/toy/a%5cb'])(
    'refuses %s',
    async (target) => {
      const answer = await get(target);
      expect(answer.status).toBe(400);
      expect(answer.body['code']).toBe('target.malformed');
    },
  );

  it('refuses absolute targets, and ones that are too long', async () => {
    expect((await get('http://elsewhere.example/toy/echo/x')).status).toBe(400);
    expect((await get(`/toy/echo/${'a'.repeat(9000)}`)).status).toBe(414);
  });
});

describe('what a client can forge (W10)', () => {
  it('does not take its own address from a Host header', async () => {
    const forged = 'Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n';
    const { body } = await get('/toy/echo/x', forged);
    expect(body['externalUrl']).toBe(gateway.url);
    expect(Object.keys(body['headers'] as object)).not.toContain('x-forwarded-host');
    const page = await rawRequest(gateway.port, `GET / HTTP/1.1\r\n${forged}Connection: close\r\n\r\n`);
    expect(page.text).not.toContain('evil');
  });

  it('hands on no internal header, no credential and no hop-by-hop field', async () => {
    const { body } = await get(
      '/toy/echo/x',
      'Host: x\r\nX-Waybill-Principal: root\r\nX-Request-Id: mine\r\nX-Forwarded-For: 1.2.3.4\r\nTE: trailers\r\nX-Hop: 1\r\nKeep-Alive: 1\r\nConnection: X-Hop\r\nCookie: a=b\r\n',
    );
    expect(Object.keys(body['headers'] as object).sort()).toEqual(['host', 'user-agent']);
    expect(body['requestId']).not.toBe('mine');
    expect(body['clientAddress']).toBe('127.0.0.1');
  });
});

describe('what is no clean HTTP (W5)', () => {
  const start = 'POST /toy/notes HTTP/1.1\r\nHost: x\r\n';

  it.each([
    ['two different lengths', `${start}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`],
    ['a length and a transfer coding', `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['an unknown transfer coding', `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a folded header', `${start}X-Folded: a\r\n b\r\n\r\n`],
    ['bare line feeds', 'GET /toy/echo/x HTTP/1.1\nHost: x\n\n'],
    ['a space before the colon', `${start}Content-Length : 5\r\n\r\nhello`],
    ['a negative length', `${start}Content-Length: -5\r\n\r\nhello`],
    ['no host', 'GET /toy/echo/x HTTP/1.1\r\n\r\n'],
    ['a bad chunk size', `${start}Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n`],
    ['a NUL in a header', `${start}X-Nul: a\u0000b\r\n\r\n`],
  ])('refuses %s and closes', async (_what, bytes) => {
    const answer = await rawRequest(gateway.port, bytes);
    expect(answer).toMatchObject({ status: 400, closed: true });
  });

  it('refuses too many header fields and a credential that is there twice', async () => {
    const many = Array.from({ length: 150 }, (_, index) => `X-${String(index)}: 1\r\n`).join('');
    const crowded = await rawRequest(gateway.port, `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${many}\r\n`);
    expect(crowded.status).toBe(431);
    const twice = 'Host: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n';
    expect((await get('/toy/echo/x', twice)).status).toBe(400);
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect((await rawRequest(gateway.port, long)).status).toBe(431);
  });

  it('answers pipelined requests in their order', async () => {
    const one = 'GET /toy/echo/1 HTTP/1.1\r\nHost: x\r\n\r\n';
    const last = 'GET /toy/echo/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const { text } = await rawRequest(gateway.port, one + last);
    expect(text.indexOf('/toy/echo/1')).toBeGreaterThan(0);
    expect(text.indexOf('/toy/echo/2')).toBeGreaterThan(text.indexOf('/toy/echo/1'));
  });
});
