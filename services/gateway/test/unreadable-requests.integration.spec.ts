import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(() => gateway.stop());

describe('what cannot be read as a request (W5)', () => {
  it.each<[string, string, number, string]>([
    [
      'a header that is too large',
      `GET /x HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
      'http.header-too-large',
    ],
    ['no HTTP', 'nonsense\r\n\r\n', 400, 'http.malformed'],
    ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'http.method-not-allowed'],
    [
      'an unknown expectation',
      'POST /x HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\n',
      417,
      'http.expectation-failed',
    ],
  ])('is told by a problem, and the connection ends: %s', async (_what, bytes, status, code) => {
    const { text, closed, ...answer } = await rawRequest(gateway.port, bytes);
    const [head = '', body = ''] = text.split('\r\n\r\n', 2);
    expect([answer.status, closed]).toEqual([status, true]);
    expect(head).toMatch(/^content-type: application\/problem\+json\r?$/im);
    expect(head).toMatch(new RegExp(`^content-length: ${String(Buffer.byteLength(body))}\\r?$`, 'im'));
    expect(head).toMatch(/^x-content-type-options: nosniff\r?$/im);
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status, code });
  });
});
