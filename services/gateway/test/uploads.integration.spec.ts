import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Principal, TokenId, TokenText, UserId } from '@waybill/domain';
import { hashToken, newTokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
let token: TokenText;

const alice: Principal = {
  kind: 'token',
  tokenId: '0192f0c1-2222-7000-8000-000000000003' as TokenId,
  scopes: [],
  userId: '0192f0c1-2222-7000-8000-000000000004' as UserId,
  username: 'alice',
  installationAdmin: false,
  grants: [],
};

beforeAll(async () => {
  gateway = await startGateway({ maxDiscardedBytes: 1_000_000 });
  toy = await startToyService(gateway.connection, gateway.store);
  token = newTokenText();
  gateway.auth.principals.set(hashToken(token), alice);
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

const head = (length: number, more = ''): string =>
  `PUT /toy/files/x HTTP/1.1\r\nHost: x\r\nContent-Length: ${String(length)}\r\n${more}`;

describe('uploads', () => {
  it('stages the body, hands over its digests and leaves nothing behind', async () => {
    const bytes = randomBytes(3_000_000);
    const response = await fetch(`${gateway.url}/toy/files/x`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-toy' },
      body: bytes,
    });
    const hex = (algorithm: string): string => `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
    expect(await response.json()).toEqual({
      bytes: 3_000_000,
      mediaType: 'application/x-toy',
      digests: { sha256: hex('sha256'), sha512: hex('sha512') },
    });
    expect(await gateway.stagedFiles()).toBe(0);
  });

  it.each([
    ['small', 'abc', false],
    ['just small enough', 'x'.repeat(1000), false],
    ['too large for a message', 'x'.repeat(1001), true],
  ])('sends a body along that is %s and not kept', async (_what, text, wasStaged) => {
    const response = await fetch(`${gateway.url}/toy/letters/x`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/x-toy', 'content-encoding': 'rot13' },
      body: text,
    });
    const described = { mediaType: 'text/x-toy', contentEncoding: 'rot13', sizeBytes: text.length };
    expect(await response.json()).toEqual({ text, wasStaged, ...described });
    expect(await gateway.stagedFiles()).toBe(0);
  });

  it('stages a body of unknown length, and refuses it when it grows too large', async () => {
    const send = (text: string) =>
      fetch(`${gateway.url}/toy/letters/x`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}` },
        body: new Blob([text]).stream(),
        duplex: 'half',
      });
    expect(await (await send('abc')).json()).toMatchObject({ text: 'abc', wasStaged: true });
    expect((await send('x'.repeat(3001))).status).toBe(413);
    expect(await gateway.stagedFiles()).toBe(0);
  });

  it('takes a chunked body as well', async () => {
    const response = await fetch(`${gateway.url}/toy/files/x`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: new Blob(['a'.repeat(400_000)]).stream(),
      duplex: 'half',
    });
    expect(await response.json()).toMatchObject({ bytes: 400_000 });
  });

  it('refuses anonymous before the body is sent, and does not ask for it', async () => {
    const answer = await rawRequest(gateway.port, `${head(10_000_000, 'Expect: 100-continue\r\n')}\r\n`);
    expect(answer).toMatchObject({ status: 401, closed: true });
    expect(answer.text).toContain('"code":"auth.required"');
    expect(answer.text).not.toContain('100 Continue');
  });

  it('refuses what announces more than the route takes before a byte is read', async () => {
    const more = `Authorization: Bearer ${token}\r\nExpect: 100-continue\r\n`;
    const answer = await rawRequest(gateway.port, `${head(300_000_001, more)}\r\n`);
    expect(answer).toMatchObject({ status: 413, closed: true });
    expect(await gateway.stagedFiles()).toBe(0);
  });

  it('says 100 Continue to whom it lets in', async () => {
    const more = `Authorization: Bearer ${token}\r\nExpect: 100-continue\r\n`;
    const answer = await rawRequest(gateway.port, `${head(5, more)}\r\n`, (text) => text.includes('100 Continue'));
    expect(answer.status).toBe(100);
    await expect.poll(() => gateway.stagedFiles()).toBe(0);
  });

  it('refuses a small body that grows too large on the way', async () => {
    const response = await fetch(`${gateway.url}/toy/notes`, { method: 'POST', body: 'x'.repeat(262_145) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'body.too-large' });
    const chunked = await fetch(`${gateway.url}/toy/notes`, {
      method: 'POST',
      body: new Blob(['x'.repeat(300_000)]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
  });

  it('leaves nothing of an upload that its client breaks off', async () => {
    const socket = connect(gateway.port, '127.0.0.1', () => {
      socket.write(`${head(5_000_000, `Authorization: Bearer ${token}\r\n`)}\r\n${'x'.repeat(500_000)}`);
    });
    await expect.poll(() => gateway.stagedFiles()).toBe(1);
    socket.destroy();
    await expect.poll(() => gateway.stagedFiles()).toBe(0);
  });

  it('passes a body on DELETE, and none on GET', async () => {
    const response = await fetch(`${gateway.url}/toy/notes/x`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect(await response.json()).toEqual({ body: { a: 1 } });
  });
});
