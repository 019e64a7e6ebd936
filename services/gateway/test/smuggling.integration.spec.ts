import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
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

interface Exchange {
  /** Statuses of all answers on the connection, in order. */
  readonly statuses: number[];
  readonly closed: boolean;
  readonly text: string;
}

async function exchange(bytes: string): Promise<Exchange> {
  const { text, closed } = await rawRequest(gateway.port, bytes);
  return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1])), closed, text };
}

const json = 'Content-Type: application/json\r\n';
const post = `POST /toy/notes HTTP/1.1\r\nHost: x\r\n${json}`;
/** What an attacker hides: were it ever taken for a request, the service would see it. */
const hidden = 'GET /toy/echo/hidden HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const chunkedHidden = `0\r\n\r\n${hidden}`;

describe('two readings of where a body ends (W5)', () => {
  it.each<[string, string]>([
    ['CL.TE', `${post}Content-Length: ${String(chunkedHidden.length)}\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['TE.CL', `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n`],
    ['TE.TE with an unknown coding', `${post}Transfer-Encoding: xchunked\r\n\r\n`],
    ['TE.TE with chunked not last', `${post}Transfer-Encoding: chunked, identity\r\n\r\n`],
    ['TE.TE with identity', `${post}Transfer-Encoding: identity\r\n\r\n`],
    ['TE.TE in quotes', `${post}Transfer-Encoding: "chunked"\r\n\r\n`],
    ['TE.TE in two fields, chunked first', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n`],
    ['TE.TE twice chunked', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['TE with a space before the colon', `${post}Transfer-Encoding : chunked\r\n\r\n`],
    ['TE after a vertical tab', `${post}Transfer-Encoding:\x0bchunked\r\n\r\n`],
    ['TE behind a bare LF', `${post}X: y\nTransfer-Encoding: chunked\r\n\r\n`],
    ['TE behind a bare CR', `${post}X: y\rTransfer-Encoding: chunked\r\n\r\n`],
    ['TE folded', `${post}Transfer-Encoding:\r\n chunked\r\n\r\n`],
    ['TE in HTTP/1.0', `${post.replace('HTTP/1.1', 'HTTP/1.0')}Transfer-Encoding: chunked\r\n\r\n`],
    ['two lengths', `${post}Content-Length: 4\r\nContent-Length: 0\r\n\r\n`],
    ['two equal lengths', `${post}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
    ['a list of lengths', `${post}Content-Length: 0, 0\r\n\r\n`],
    ['a length with a plus', `${post}Content-Length: +0\r\n\r\n`],
    ['a length with a minus', `${post}Content-Length: -0\r\n\r\n`],
    ['a hexadecimal length', `${post}Content-Length: 0x0\r\n\r\n`],
    ['a length with an exponent', `${post}Content-Length: 0e0\r\n\r\n`],
    ['a length of two words', `${post}Content-Length: 0 0\r\n\r\n`],
    ['an empty length', `${post}Content-Length:\r\n\r\n`],
    ['a length beyond all numbers', `${post}Content-Length: 18446744073709551616\r\n\r\n`],
    ['a length with a space before the colon', `${post}Content-Length : 0\r\n\r\n`],
    ['a folded length', `${post}X: y\r\n Content-Length: 4\r\n\r\n`],
  ])('%s: refused, closed, and nothing reaches a service', async (_what, head) => {
    const { statuses, closed } = await exchange(head + chunkedHidden);
    expect(statuses).toEqual([400]);
    expect(closed).toBe(true);
    expect(toy.seen).toEqual([]);
  });
});

describe('a transfer coding that is not understood (W5; RFC 9112, 6.1)', () => {
  const plain = '7\r\n"hello"\r\n0\r\n\r\n';

  it.each(['gzip, chunked', 'deflate, chunked', 'x, chunked', 'chunked;a=b', 'gzip,gzip, chunked', ', chunked'])(
    '%s: 501 or 400, closed, and nothing reaches a service',
    async (coding) => {
      const { statuses, closed } = await exchange(`${post}Transfer-Encoding: ${coding}\r\n\r\n${plain}${hidden}`);
      expect(statuses).toHaveLength(1);
      expect([400, 501]).toContain(statuses[0]);
      expect(closed).toBe(true);
      expect(toy.seen.map(({ target }) => target)).toEqual([]);
    },
  );

  it('in two fields, chunked last, is 501 as well', async () => {
    const fields = 'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { statuses, closed } = await exchange(`${post}${fields}${plain}${hidden}`);
    expect(statuses).toEqual([501]);
    expect(closed).toBe(true);
    expect(toy.seen).toEqual([]);
  });

  it('is 501 for gzip, and chunked is understood however it is written', async () => {
    expect((await exchange(`${post}Transfer-Encoding: gzip, chunked\r\n\r\n${plain}`)).statuses).toEqual([501]);
    expect(toy.seen).toEqual([]);
    for (const coding of ['chunked', 'Chunked', ' chunked ']) {
      const head = `${post}Connection: close\r\nTransfer-Encoding: ${coding}\r\n\r\n`;
      expect((await exchange(head + plain)).statuses).toEqual([201]);
    }
    expect(toy.seen).toHaveLength(3);
  });
});

describe('chunks (W5)', () => {
  const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;

  it.each<[string, string]>([
    ['a size beyond all numbers', `FFFFFFFFFFFFFFFFF\r\n`],
    ['a size that wraps to five', `10000000000000005\r\nhello\r\n0\r\n\r\n`],
    ['a negative size', `-5\r\nhello\r\n0\r\n\r\n`],
    ['a size with 0x', `0x5\r\nhello\r\n0\r\n\r\n`],
    ['a space before the size', ` 5\r\nhello\r\n0\r\n\r\n`],
    ['no size', `\r\nhello\r\n0\r\n\r\n`],
    ['a chunk longer than its size', `3\r\nhello\r\n0\r\n\r\n`],
    ['a bare LF after the size', `7\n"hello"\r\n0\r\n\r\n`],
    ['a bare LF after the chunk', `7\r\n"hello"\n0\r\n\r\n`],
    ['a bare CR after the size', `7\r"hello"\r\n0\r\n\r\n`],
    ['a NUL in an extension', `7;a=\0\r\n"hello"\r\n0\r\n\r\n`],
    ['a bare LF in an extension', `7;a=b\nX\r\n"hello"\r\n0\r\n\r\n`],
    ['a length among the trailers', `7\r\n"hello"\r\n0\r\nContent-Length: 99\r\n\r\n`],
    ['a transfer coding among the trailers', `7\r\n"hello"\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['extensions without end', `7;${'a'.repeat(20_000)}\r\n"hello"\r\n0\r\n\r\n`],
  ])('with %s are refused and closed', async (_what, body) => {
    const { statuses, closed } = await exchange(chunked + body + hidden);
    expect(statuses).toHaveLength(1);
    expect([400, 413]).toContain(statuses[0]);
    expect(closed).toBe(true);
    expect(toy.seen).toEqual([]);
  });

  it('with extensions and trailers bring exactly their data, and no field', async () => {
    const trailers = 'Authorization: Bearer forged\r\nX-Late: 1\r\nHost: evil.example\r\n';
    const body = `3;name="va;lue"\r\n"he\r\n4\r\nllo"\r\n0\r\n${trailers}\r\n`;
    const { statuses, text } = await exchange(chunked + body + hidden);
    expect(statuses).toEqual([201, 200]);
    expect(text).toContain('{"body":"hello","caller":"anonymous"}');
    expect(toy.seen).toEqual([
      { method: 'POST', target: '/toy/notes' },
      { method: 'GET', target: '/toy/echo/hidden' },
    ]);
    expect(text.toLowerCase()).not.toContain('x-late');
    expect(text).not.toContain('forged');
  });

  it('in any spelling of their name are one coding', async () => {
    const { statuses } = await exchange(
      `${post}tRANSFER-eNCODING: cHuNkEd\r\nConnection: close\r\n\r\n7\r\n"hello"\r\n0\r\n\r\n`,
    );
    expect(statuses).toEqual([201]);
  });
});

describe('a header that is none (W5)', () => {
  const get = 'GET /toy/echo/x HTTP/1.1\r\nHost: x\r\n';

  it.each<[string, string]>([
    ['a bare CR in a value', `${get}X: a\rb\r\n\r\n`],
    ['a bare LF in a value', `${get}X: a\nb\r\n\r\n`],
    ['a NUL in a value', `${get}X: a\0b\r\n\r\n`],
    ['a NUL in a name', `${get}X\0Y: a\r\n\r\n`],
    ['a control character in a value', `${get}X: a\x01b\r\n\r\n`],
    ['a space before the colon', `${get}X : a\r\n\r\n`],
    ['a space in a name', `${get}X Y: a\r\n\r\n`],
    ['a line without a colon', `${get}nonsense\r\n\r\n`],
    ['no name', `${get}: a\r\n\r\n`],
    ['a space before the first name', `GET /toy/echo/x HTTP/1.1\r\n Host: x\r\n\r\n`],
    ['folding', `${get}X: a\r\n\tb\r\n\r\n`],
    ['bare line feeds everywhere', 'GET /toy/echo/x HTTP/1.1\nHost: x\n\n'],
    ['two hosts', `${get}Host: y\r\nConnection: close\r\n\r\n`],
    ['no host', 'GET /toy/echo/x HTTP/1.1\r\n\r\n'],
    ['HTTP/0.9', 'GET /toy/echo/x\r\n\r\n'],
    ['HTTP/1.2', 'GET /toy/echo/x HTTP/1.2\r\nHost: x\r\n\r\n'],
    ['HTTP/2.0 in text', 'GET /toy/echo/x HTTP/2.0\r\nHost: x\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'],
    ['a method that is none', 'GE\0T /toy/echo/x HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method in small letters', 'get /toy/echo/x HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a space in the target', 'GET /toy/echo/x y HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a tab before the target', 'GET\t/toy/echo/x HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
  ])('%s: refused and closed, and nothing reaches a service', async (_what, bytes) => {
    const { statuses, closed } = await exchange(bytes + hidden);
    expect(statuses[0]).toBe(400);
    expect(closed).toBe(true);
    expect(toy.seen).toEqual([]);
  });

  it('with two spaces before the target names the target and nothing else', async () => {
    const { statuses } = await exchange(`GET  /toy/echo/x HTTP/1.1\r\nHost: x\r\n\r\n${hidden}`);
    expect(statuses).toEqual([200, 200]);
    expect(toy.seen.map(({ target }) => target)).toEqual(['/toy/echo/x', '/toy/echo/hidden']);
  });

  it('with an underscore is another field, which means nothing here', async () => {
    const fields = `Content_Length: 5\r\nTransfer_Encoding: chunked\r\nX_Waybill_Principal: root\r\n`;
    const { statuses, text } = await exchange(`${get}${fields}X-Forwarded_For: 1.1.1.1\r\n\r\n${hidden}`);
    expect(statuses).toEqual([200, 200]);
    expect(text).toContain('"caller":{"kind":"anonymous"}');
    expect(text).toContain('"clientAddress":"127.0.0.1"');
    expect(toy.seen.map(({ target }) => target)).toEqual(['/toy/echo/x', '/toy/echo/hidden']);
  });

  it('of HTTP/1.0 without a host is served and the connection closed', async () => {
    const { statuses, closed } = await exchange(`GET /toy/echo/x HTTP/1.0\r\n\r\n${hidden}`);
    expect(statuses).toEqual([200]);
    expect(closed).toBe(true);
    expect(toy.seen).toEqual([{ method: 'GET', target: '/toy/echo/x' }]);
  });

  it('that asks for HTTP/2 in clear text is answered in HTTP/1.1', async () => {
    const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n';
    const { statuses, text, closed } = await exchange(`${get}${upgrade}${hidden}`);
    expect(statuses).toEqual([200]);
    expect(closed).toBe(true);
    expect(text.toLowerCase()).not.toContain('upgrade');
    expect(toy.seen.map(({ target }) => target)).toEqual(['/toy/echo/x']);
    toy.seen.length = 0;
    const body = `Content-Length: ${String(hidden.length)}\r\n${upgrade}${hidden}`;
    expect((await exchange(`${post.replace('application/json', 'text/plain')}${body}${hidden}`)).statuses).toHaveLength(
      1,
    );
    expect(toy.seen.map(({ target }) => target)).toEqual(['/toy/notes']);
  });
});

describe('pipelined requests (W5)', () => {
  it('each get their own answer, and what follows a refused one gets none', async () => {
    const first = 'GET /toy/echo/first HTTP/1.1\r\nHost: x\r\n\r\n';
    const { statuses, text } = await exchange(`${first}${post}Content-Length: +5\r\n\r\nhello${hidden}`);
    expect(statuses[0]).toBe(200);
    expect(text.indexOf('/toy/echo/first')).toBeGreaterThan(0);
    expect(text).not.toContain('hidden');
    expect(toy.seen).toEqual([{ method: 'GET', target: '/toy/echo/first' }]);
  });

  it('that are no HTTP are answered after what is due, and not inside of it', async () => {
    const bytes = randomBytes(8 * 1024 * 1024);
    const { digest } = await gateway.store.put(bytes);
    const download = `GET /toy/blob/${digest}/${String(bytes.length)} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const answer = await rawRequest(gateway.port, `${download}nonsense\r\n\r\n${hidden}`);
    expect(answer.closed).toBe(true);
    const start = answer.text.indexOf('\r\n\r\n') + 4;
    expect(Buffer.from(answer.text.slice(start, start + bytes.length), 'latin1').equals(bytes)).toBe(true);
    expect(answer.text.slice(start + bytes.length)).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[^{]*connection: close\r\n[^{]*\r\n\r\n\{[^{}]*"code":"http\.malformed"[^}]*\{\}\}$/,
    );
    expect(toy.seen).toHaveLength(1);
  });

  it('that ask for a tunnel end the connection, with an answer only where no other is due', async () => {
    const tunnel = 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n';
    expect((await exchange(tunnel + hidden)).statuses).toEqual([405]);
    const behind = await exchange(`GET /toy/echo/first HTTP/1.1\r\nHost: x\r\n\r\n${tunnel}${hidden}`);
    expect(behind).toMatchObject({ statuses: [], closed: true });
    await expect.poll(() => toy.seen).toEqual([{ method: 'GET', target: '/toy/echo/first' }]);
  });

  it('behind a body that is too large are not read out of it', async () => {
    const body = hidden.padEnd(262_145, 'x');
    const { statuses } = await exchange(`${post}Connection: close\r\nContent-Length: 262145\r\n\r\n${body}`);
    expect(statuses).toEqual([413]);
    expect(toy.seen).toEqual([]);
  });

  it('behind a GET with a body are not read out of it', async () => {
    const get = `GET /toy/echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(hidden.length)}\r\n\r\n`;
    const { statuses } = await exchange(`${get}${hidden}${hidden.replace('hidden', 'next')}`);
    expect(statuses).toEqual([200, 200]);
    expect(toy.seen.map(({ target }) => target)).toEqual(['/toy/echo/x', '/toy/echo/next']);
  });
});
