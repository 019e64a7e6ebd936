import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Controller, Module } from '@nestjs/common';
import { FileBlobStore } from '@waybill/blob-storage';
import { busConfig, hostConfig, readConfig } from '@waybill/config';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { eventSubject, introspectCredential, tokenRevoked } from '@waybill/contracts';
import type { Principal, TokenHash, TokenId, UserId } from '@waybill/domain';
import { hashToken, newTokenText } from '@waybill/domain';
import { Answers } from '@waybill/messaging';
import type { RunningService } from '@waybill/service-host';
import { defineService, startService } from '@waybill/service-host';
import { startTestNats } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gatewayConfig } from '../src/config.js';
import { GatewayListener, service } from '../src/service.js';
import { startToyService, type ToyService } from './toy-service.js';

const alice: Principal = {
  kind: 'token',
  tokenId: randomUUID() as TokenId,
  scopes: [],
  userId: randomUUID() as UserId,
  username: 'alice',
  installationAdmin: false,
  grants: [],
};
const known = new Map<TokenHash, Principal>();

@Controller()
class Introspection {
  @Answers(introspectCredential)
  introspect(request: RequestOf<typeof introspectCredential>): ReplyOf<typeof introspectCredential> {
    const principal = request.kind === 'token' ? (known.get(request.tokenHash) ?? null) : null;
    return { principal, expiresAt: null };
  }
}

@Module({ controllers: [Introspection] })
class IntrospectionModule {}

const fakeAuth = defineService({
  name: 'auth',
  config: z.object({ ...busConfig, ...hostConfig }),
  module: () => IntrospectionModule,
});

let nats: Awaited<ReturnType<typeof startTestNats>>;
let connection: NatsConnection;
let directory: string;
let gateway: RunningService;
let auth: RunningService;
let toy: ToyService;

beforeAll(async () => {
  nats = await startTestNats();
  directory = await mkdtemp(join(tmpdir(), 'waybill-gateway-'));
  connection = await connect({ servers: nats.url });
  const environment = {
    WAYBILL_NATS_URL: nats.url,
    WAYBILL_STORE_DIR: directory,
    WAYBILL_PORT: '0',
    WAYBILL_LOG_LEVEL: 'silent',
  };
  auth = await startService(fakeAuth, readConfig(fakeAuth.config, environment));
  toy = await startToyService(connection, new FileBlobStore({ rootDir: directory }));
  gateway = await startService(service, readConfig(gatewayConfig, environment));
});

afterAll(async () => {
  await gateway.stop();
  await toy.stop();
  await auth.stop();
  await connection.close();
  await nats.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('the gateway as a service', () => {
  it('says where it listens, and measures what it answers', async () => {
    const { externalUrl, port } = gateway.app.get(GatewayListener, { strict: false });
    expect(externalUrl).toBe(`http://127.0.0.1:${String(port)}`);
    expect((await fetch(`${externalUrl}/toy/echo/x`)).status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${String(gateway.healthPort)}/metrics`)).text();
    expect(metrics).toMatch(/waybill_requests_total\{method="GET",status="200",service="gateway"\} \d+/);
  });

  it('asks who a token belongs to, and refuses it as soon as it hears that it was revoked', async () => {
    const { externalUrl } = gateway.app.get(GatewayListener, { strict: false });
    const token = newTokenText();
    const tokenHash = hashToken(token);
    known.set(tokenHash, alice);
    const ask = (): Promise<Response> =>
      fetch(`${externalUrl}/toy/echo/x`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await ask()).json()).toMatchObject({ caller: { username: 'alice' } });
    const data = { tokenId: randomUUID(), tokenHash, userId: randomUUID(), reason: 'owner' };
    const envelope = {
      specversion: '1.0',
      id: randomUUID(),
      source: 'auth',
      type: tokenRevoked.type,
      subject: data.tokenId,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      aggregateversion: 1,
      data,
    };
    connection.publish(eventSubject(tokenRevoked), JSON.stringify(envelope));
    // Well within the ten seconds for which an answer is remembered, though `auth` still knows the token.
    await expect.poll(async () => (await ask()).status, { timeout: 2000 }).toBe(401);
  });
});
