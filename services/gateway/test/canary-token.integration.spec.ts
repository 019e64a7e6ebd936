import { context, propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TokenText } from '@waybill/domain';
import { newTokenText } from '@waybill/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { newPerson } from './people.js';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
/** One that `auth` knows, and one that nobody knows: both are secrets of somebody. */
let token: TokenText;
const stranger = newTokenText();
const spans = new InMemorySpanExporter();

beforeAll(async () => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
});

beforeEach(() => {
  gateway.auth.isDown = false;
  gateway.logged.length = 0;
  spans.reset();
  token = newPerson(gateway).token;
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
  for (const api of [trace, context, propagation]) api.disable();
});

function basic(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Sends bytes, waits until they are logged where they can be, and collects everything that anybody could look at. */
async function everythingShown(bytes: string): Promise<{ status: number; shown: string }> {
  const isLogged = bytes.startsWith('GET /') || bytes.startsWith('PUT /') || bytes.startsWith('POST /');
  const { status, text } = await rawRequest(gateway.port, bytes);
  const isParsed = isLogged && /x-request-id/i.test(text);
  if (isParsed) await expect.poll(() => gateway.logged.some((line) => line['msg'] === 'request')).toBe(true);
  const traced = spans.getFinishedSpans().map(({ name, attributes, status: state, events }) => {
    return { name, attributes, state, events };
  });
  const shown = [
    text,
    JSON.stringify(gateway.logged),
    JSON.stringify(traced),
    await gateway.metrics.registry.metrics(),
  ];
  return { status, shown: shown.join('\n') };
}

function expectNoCanary(shown: string): void {
  for (const canary of [token, stranger]) {
    for (const form of [canary, canary.slice(4), basic(`${canary}:`).slice(4, 60), basic(`x:${canary}`).slice(4, 60)]) {
      expect(shown).not.toContain(form);
    }
    expect(shown.toLowerCase()).not.toContain(canary.toLowerCase());
  }
}

const end = 'Host: x\r\nConnection: close\r\n';
const get = (target: string, fields = ''): string => `GET ${target} HTTP/1.1\r\n${end}${fields}\r\n`;
const put = (fields: string, body = ''): string => `PUT /toy/files/x HTTP/1.1\r\n${end}${fields}\r\n${body}`;

describe('a token shows nowhere but in the header where it belongs (W6)', () => {
  it.each<[string, number, (canary: string) => string]>([
    ['of an unknown scheme', 401, (canary) => get('/toy/echo/x', `Authorization: Digest ${canary}\r\n`)],
    ['without a scheme', 401, (canary) => get('/toy/echo/x', `Authorization: ${canary}\r\n`)],
    ['behind two spaces and a tail', 401, (canary) => get('/toy/echo/x', `Authorization: Bearer  ${canary}!\r\n`)],
    ['as the user of Basic', 401, (canary) => get('/toy/echo/x', `Authorization: Basic ${basic(`${canary}:`)}\r\n`)],
    ['as Basic without a colon', 401, (canary) => get('/toy/echo/x', `Authorization: Basic ${basic(canary)}\r\n`)],
    ['twice', 400, (canary) => get('/toy/echo/x', `Authorization: Bearer ${canary}\r\nAuthorization: Bearer x\r\n`)],
    ['in the query of nothing', 404, (canary) => get(`/toy/nothing?token=${canary}`)],
    ['in the path of nothing', 404, (canary) => get(`/toy/${canary}/x`)],
    ['in a path that belongs to nobody', 404, (canary) => get(`/t/${canary}/x`)],
    ['in a path, needlessly encoded', 404, (canary) => get(`/t/%77${canary.slice(1).replace('-', '%2D')}/x`)],
    ['in a path, encoded to its last letter', 404, (canary) => get(`/t/${encoded(canary)}/x`)],
    ['in a path, encoded twice', 404, (canary) => get(`/t/${encoded(canary).replaceAll('%', '%25')}/x`)],
    ['in a path, its hyphen encoded three times', 404, (canary) => get(`/t/${canary.replace('-', '%25252d')}/x`)],
    ['in a malformed target', 400, (canary) => get(`/toy/%00/${canary}`)],
    ['in a target that is too long', 414, (canary) => get(`/toy/${canary}/${'a'.repeat(9000)}`)],
    ['in an absolute target', 400, (canary) => get(`http://${canary}@x/toy/echo/x`)],
    ['in the header of another service', 500, (canary) => get('/toy/broken', `X-Other-Api-Key: ${canary}\r\n`)],
    ['in a Referer', 500, (canary) => get('/toy/broken', `Referer: https://x/?token=${canary}\r\n`)],
    ['in a cookie of another name', 500, (canary) => get('/toy/broken', `Cookie: token=${canary}\r\n`)],
    ['as a session cookie', 500, (canary) => get('/toy/broken', `Cookie: waybill_session=${canary}\r\n`)],
    ['in the query of an error', 500, (canary) => get(`/toy/broken?token=${canary}`)],
    ['in an oversized header', 431, (canary) => get('/toy/echo/x', `X-Long: ${canary.repeat(500)}\r\n`)],
    ['among too many headers', 431, (canary) => get('/toy/echo/x', `X-Key: ${canary}\r\n`.repeat(150))],
    ['in a malformed header', 400, (canary) => get('/toy/echo/x', `X Key: ${canary}\r\n`)],
    ['in the host', 404, (canary) => `GET /nowhere HTTP/1.1\r\nHost: ${canary}\r\nConnection: close\r\n\r\n`],
    ['in the name of a header', 500, (canary) => get('/toy/broken', `${canary}: x\r\n`)],
    ['in an expectation', 417, (canary) => get('/toy/echo/x', `Expect: ${canary}\r\n`)],
    ['in a method', 400, (canary) => `${canary} / HTTP/1.1\r\n${end}\r\n`],
    [
      'in the body of a malformed request',
      400,
      (canary) =>
        `POST /toy/notes HTTP/1.1\r\n${end}Content-Length: 100\r\nContent-Type: application/json\r\n\r\n${`{"token":"${canary}"`.padEnd(100)}`,
    ],
  ])('%s (%i)', async (_where, status, request) => {
    for (const canary of [token, stranger]) {
      const answer = await everythingShown(request(canary));
      expect(answer.status).toBe(status);
      expectNoCanary(answer.shown);
    }
  });

  it('in its place, whatever goes wrong', async () => {
    const bearer = (canary: string): string => `Authorization: Bearer ${canary}\r\n`;
    const missing = `/toy/blob/sha256:${'0'.repeat(64)}/1000`;
    const failures: [number, string][] = [
      [401, get('/toy/echo/x', bearer(stranger))],
      [500, get('/toy/broken', bearer(token))],
      [500, get(missing, bearer(token))],
      [404, get('/toy/nothing', bearer(token))],
      [404, get('/nowhere', bearer(token))],
      [401, put(`${bearer(stranger)}Content-Length: 5\r\n`, 'hello')],
      [413, put(`${bearer(token)}Content-Length: 300000001\r\nExpect: 100-continue\r\n`)],
      [400, put(`${bearer(token)}Transfer-Encoding: chunked\r\n`, 'ZZ\r\n')],
    ];
    for (const [status, bytes] of failures) {
      gateway.logged.length = 0;
      const answer = await everythingShown(bytes);
      expect([bytes.slice(0, 40), answer.status]).toEqual([bytes.slice(0, 40), status]);
      expectNoCanary(answer.shown);
    }
    gateway.auth.isDown = true;
    const away = await everythingShown(get('/toy/echo/x', bearer(stranger)));
    expect(away.status).toBe(503);
    expectNoCanary(away.shown);
  });

  it('in the query is no credential', async () => {
    const asked = gateway.auth.asked;
    for (const name of ['token', 'access_token', 'private_token', 'api_key', 'auth']) {
      const { text } = await rawRequest(gateway.port, get(`/toy/echo/x?${name}=${token}`));
      expect(text).toContain('"caller":{"kind":"anonymous"}');
      const upload = put('Content-Length: 5\r\n', 'hello').replace('/toy/files/x', `/toy/files/x?${name}=${token}`);
      expect((await rawRequest(gateway.port, upload)).status).toBe(401);
    }
    expect(gateway.auth.asked).toBe(asked);
  });

  it('reaches a service in no header', async () => {
    const { text } = await rawRequest(
      gateway.port,
      get('/toy/echo/x', `Authorization: Bearer ${token}\r\nX-Other-Api-Key: ${stranger}\r\nX-Kept: 1\r\n`),
    );
    expect(text).toContain('"x-kept":"1"');
    expectNoCanary(text);
  });
});

function encoded(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '%$&');
}
