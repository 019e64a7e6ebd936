import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { BlobStore } from '@waybill/blob-storage';
import { FileBlobStore } from '@waybill/blob-storage';
import type { Principal, PublisherId, TokenId, UserId } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { startTestNats } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  describeEdge,
  EdgeBridge,
  EdgeClient,
  edgeFastifyAdapter,
  EdgeDirectory,
  listRoutes,
  problemDialect,
} from '../src/index.js';
import type { EdgeReply, EdgeRequest } from '../src/index.js';
import { toyDeclaration, ToyModule } from './toy.module.js';

const alice: Principal = {
  kind: 'token',
  tokenId: '0192f0c1-2222-7000-8000-000000000003' as TokenId,
  scopes: [{ actions: ['read'], on: { kind: 'everything' } }],
  userId: '0192f0c1-2222-7000-8000-000000000004' as UserId,
  username: 'alice',
  installationAdmin: false,
  grants: [],
};

let nats: Awaited<ReturnType<typeof startTestNats>>;
let connection: NatsConnection;
let directory: string;
let store: BlobStore;
let app: NestFastifyApplication;
let bridge: EdgeBridge;
let client: EdgeClient;
const errors: unknown[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  connection = await connect({ servers: nats.url, noAsyncTraces: true });
  directory = await mkdtemp(join(tmpdir(), 'waybill-edge-'));
  store = new FileBlobStore({ rootDir: directory });
  const testing = await Test.createTestingModule({ imports: [ToyModule] }).compile();
  app = testing.createNestApplication<NestFastifyApplication>(
    edgeFastifyAdapter(toyDeclaration.dialect, { canonicalTarget }),
  );
  app.useLogger(false);
  await app.init();
  bridge = await EdgeBridge.start({
    app,
    connection,
    store,
    description: describeEdge(app, 'toy', toyDeclaration),
    onError: (error) => errors.push(error),
  });
  client = new EdgeClient(connection, store);
});

afterAll(async () => {
  await bridge.drain();
  await app.close();
  await connection.close();
  await nats.stop();
  await rm(directory, { recursive: true, force: true });
});

function canonicalTarget(target: string): string {
  return target.replace('/toy/alias/', '/toy/echo/');
}

function send(target: string, request: Partial<EdgeRequest> = {}): Promise<EdgeReply> {
  return client.send('toy', {
    method: 'GET',
    target,
    headers: {},
    principal: anonymous,
    externalUrl: 'https://packages.example',
    clientAddress: '203.0.113.9',
    requestId: 'request-1',
    timeoutMs: 5000,
    ...request,
  });
}

async function json(reply: EdgeReply): Promise<unknown> {
  return JSON.parse((await client.read(reply)).toString());
}

describe('the edge bridge', () => {
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
    "/toy/echo/'x'|y^z{}`",
  ])('hands on the target %s byte by byte (A1, W5)', async (target) => {
    expect(await json(await send(target))).toMatchObject({ target });
  });

  it.each(['/toy/echo/../secret', '/toy/echo/%2e%2e/secret', '/toy/echo/a\\b', '/toy/echo/a%00'])(
    'refuses %j in the dialect of the service (W5)',
    async (target) => {
      const reply = await send(target);
      expect(reply.status).toBe(400);
      expect(await json(reply)).toMatchObject({ code: 'target.malformed', request: 'request-1' });
    },
  );

  it('routes by the form that the service prefers, and still knows what was sent', async () => {
    const { raw, canonical } = { raw: '/toy/alias/a%2fb', canonical: '/toy/echo/a%2fb' };
    expect(await json(await send(raw))).toMatchObject({ target: canonical, rawTarget: raw });
  });

  it('gives the handler the context that the gateway made', async () => {
    expect(await json(await send('/toy/echo/x', { principal: alice }))).toMatchObject({
      caller: 'token',
      context: 'request-1',
      externalUrl: 'https://packages.example',
      address: '203.0.113.9',
    });
  });

  it('treats a request without a context as anonymous, whatever its headers say (W10)', async () => {
    const headers = { 'x-waybill-principal': JSON.stringify(alice), 'x-waybill-context': 'request-1' };
    const reply = await app.inject({ method: 'GET', url: '/toy/echo/x', headers });
    expect(reply.json()).toMatchObject({ caller: 'anonymous' });
  });

  it.each([
    ['/toy/guarded/public', anonymous, 200],
    ['/toy/guarded/private', anonymous, 401],
    ['/toy/guarded/missing', anonymous, 401],
    ['/toy/guarded/private', alice, 404],
    ['/toy/guarded/missing', alice, 404],
  ])('decides %s for %o: %i (A6)', async (target, principal, status) => {
    expect((await send(target, { principal })).status).toBe(status);
  });

  it('takes what was minted for a trusted publisher outside of the management API, and in it where a route says so (T10)', async () => {
    const publisherId = '0192f0c1-2222-7000-8000-000000000005' as PublisherId;
    const publisher = { publisherId, path: { provider: 'generic', issuer: 'https://ci.example' } };
    const principal: Principal = { ...alice, publisher };
    const refused = await send('/api/v1/toys', { principal });
    expect([refused.status, await json(refused)]).toEqual([
      403,
      expect.objectContaining({ code: 'token.publisher-only', status: 403 }),
    ]);
    expect((await send('/api/v1/toys', { principal: alice })).status).toBe(200);
    expect((await send('/toy/guarded/public', { principal })).status).toBe(200);
    expect((await send('/api/v1/toys/returned', { method: 'POST', principal })).status).toBe(201);
  });

  it('reads forms in the management API only where a route says so', async () => {
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const body = Buffer.from('a=b&c=d');
    expect(await json(await send('/api/v1/toys/returned', { ...form, body }))).toEqual({ body: { a: 'b', c: 'd' } });
    const text = { method: 'POST', headers: { 'content-type': 'text/plain' }, body };
    expect((await send('/api/v1/toys/returned', text)).status).toBe(415);
  });

  it('answers an error in the dialect and keeps what is inside to itself', async () => {
    const error = await send('/toy/error');
    expect(error).toMatchObject({ status: 409, reason: 'Somebody else has it.' });
    expect(await json(error)).toMatchObject({ code: 'toy.taken' });
    expect((await send('/toy/echo/a')).reason).toBeUndefined();
    const crash = await send('/toy/crash');
    expect(crash.status).toBe(500);
    expect((await client.read(crash)).toString()).not.toContain('secret');
    const unknown = await send('/toy/nothing-here');
    expect(unknown.status).toBe(404);
    expect(await json(unknown)).toMatchObject({ toyError: 'There is nothing here.' });
  });

  it('answers HEAD for every GET, with the length and without the body', async () => {
    const reply = await send('/toy/large/5000', { method: 'HEAD' });
    expect(reply.status).toBe(200);
    expect(reply.headers['content-length']).toBe('5000');
    expect(reply.body).toEqual({ kind: 'inline', bytes: Buffer.alloc(0) });
  });

  it('stages an answer that outgrows a message and travels as a reference', async () => {
    const small = await send('/toy/large/262144');
    expect(small.body.kind).toBe('inline');
    const large = await send('/toy/large/3000000');
    expect(large.body.kind).toBe('staged');
    expect((await client.read(large)).length).toBe(3_000_000);
  });

  it('answers with a reference to bytes', async () => {
    const { digest } = await store.put(Buffer.from('hello world'));
    const reply = await send(`/toy/blob/${digest}`);
    expect(reply.body).toMatchObject({ kind: 'blob', blob: { digest, sizeBytes: 11, mediaType: 'text/plain' } });
    expect(reply.headers).not.toHaveProperty('content-type');
    expect((await client.read(reply)).toString()).toBe('hello world');
    expect((await send(`/toy/blob/${digest}`, { method: 'HEAD' })).body.kind).toBe('blob');
  });

  it('gives an upload as a staged body or with its bytes, and a small one beside it as an ordinary body', async () => {
    const { Readable } = await import('node:stream');
    const staged = await store.stage(Readable.from([Buffer.from('12345')]), { maxBytes: 10, digests: ['sha512'] });
    const headers = { 'content-type': 'application/json', 'content-length': '5' };
    const reply = await send('/toy/files/a/b', { method: 'PUT', headers, body: staged });
    expect(await json(reply)).toEqual({ bytes: 5, sizeBytes: 5, mediaType: 'application/json', sha512: true });
    const along = await send('/toy/files/a/b', { method: 'PUT', headers, body: { bytes: Buffer.from('1234') } });
    expect(await json(along)).toEqual({ bytes: 4, sizeBytes: 4, mediaType: 'application/json', sha512: false });
    const note = await send('/toy/files/notes/x', { method: 'PUT', headers, body: Buffer.from('"abc"') });
    expect(await json(note)).toEqual({ body: 'abc' });
    expect((await send('/toy/files/a', { method: 'PUT' })).status).toBe(400);
  });

  it('says which service is not there', async () => {
    const request = { ...alice, method: 'GET', target: '/', headers: {}, principal: anonymous };
    await expect(
      client.send('nobody', { ...request, externalUrl: '', clientAddress: '', requestId: '', timeoutMs: 500 }),
    ).rejects.toMatchObject({ kind: 'unavailable', code: 'service.no-responders' });
  });
});

describe('the directory of services', () => {
  it('learns who answers from the NATS services API, and remembers who has gone', async () => {
    const known = new EdgeDirectory(connection);
    await known.start();
    expect(known.route('GET', '/toy/echo/x')?.description.service).toBe('toy');
    expect(known.route('GET', '/toy')?.description.service).toBe('toy');
    expect(known.route('GET', '/toys/x')).toBeUndefined();
    expect(known.route('GET', '/t%6fy/x')).toBeUndefined();
    expect(known.route('POST', '/-/toys/@a%2fb/exchange')?.description.service).toBe('toy');
    expect(known.route('PUT', '/toy/files/a%2fb')?.upload).toMatchObject({ maxBytes: 1_000_000 });
    expect(known.route('PUT', '/toy/files/notes/x')?.upload).toBeUndefined();
    expect(known.replicasOf('toy')).toBe(1);

    const peer = await EdgeBridge.start({
      app,
      connection,
      store,
      description: { ...describeEdge(app, 'toy', toyDeclaration), prefixes: ['/toy2/'] },
    });
    await expect.poll(() => known.route('GET', '/toy2/x')?.description.service).toBe('toy');
    expect(known.replicasOf('toy')).toBe(2);
    await peer.drain();
    await expect.poll(() => known.replicasOf('toy')).toBe(1);
    known.stop();
  });
});

describe('the inventory of routes (A2)', () => {
  it('lists every route with its declaration', () => {
    const routes = listRoutes(app);
    expect(routes.find((route) => route.path === '/toy/files/*')?.upload?.maxBytes).toBe(1_000_000);
    expect(routes.every((route) => route.declaration !== undefined)).toBe(true);
  });

  it('refuses to start a service with a route that declares nothing', async () => {
    @Controller()
    class Forgetful {
      @Get('/forgotten')
      forgotten(): string {
        return 'open to the world';
      }
    }
    @Module({ controllers: [Forgetful] })
    class ForgetfulModule {}
    const testing = await Test.createTestingModule({ imports: [ForgetfulModule] }).compile();
    const forgetful = testing.createNestApplication<NestFastifyApplication>(edgeFastifyAdapter(problemDialect));
    forgetful.useLogger(false);
    await forgetful.init();
    const description = describeEdge(forgetful, 'forgetful', { ...toyDeclaration, prefixes: ['/forgotten/'] });
    await expect(EdgeBridge.start({ app: forgetful, connection, store, description })).rejects.toMatchObject({
      code: 'edge.undeclared-route',
    });
    await forgetful.close();
  });
});
