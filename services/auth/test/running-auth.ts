import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBlobStore } from '@waybill/blob-storage';
import { readConfig } from '@waybill/config';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EventEnvelope, EventType } from '@waybill/contracts';
import { bootstrapInstallation, busRoles, eventSubject } from '@waybill/contracts';
import { EdgeClient } from '@waybill/edge';
import { connectBus, provisionBus, RequestClient } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { driftOf, provisionSchemas } from '@waybill/persistence';
import { type RunningService, startService } from '@waybill/service-host';
import { startTestNats, testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { authConfig } from '../src/config.js';
import { LastUseRecorder } from '../src/introspection/last-use.recorder.js';
import { FollowedUpkeepTurn } from '../src/group-mappings/followed-upkeep.turn.js';
import { service } from '../src/service.js';
import { TokenCare } from '../src/token-care/token-care.turn.js';
import { TokenUseRecorder } from '../src/tokens/token-use.recorder.js';
import { AuthConversation } from './auth-conversation.js';
import { MailDouble } from './mail-double.js';

export type { Credential, Person } from './auth-conversation.js';

const timeoutMs = 10_000;

/** The auth service as it runs, over a real database and a real bus. */
export interface RunningAuth extends AuthConversation {
  /** Something of the service itself, for what no request can be timed for. */
  readonly get: RunningService['app']['get'];
  /** The operator's connection, which may do everything on the bus. */
  readonly bus: NatsConnection;
  /** The mail that it wanted to be sent. */
  readonly mail: MailDouble;
  flushLastUse(): Promise<void>;
  /** What the background turn does hourly. */
  lookAfterTokens(): Promise<void>;
  /** The same of memberships that follow groups. */
  lookAfterGroups(): Promise<void>;
  /** Puts an event of another service on the bus. */
  emit(type: EventType, event: { aggregate: string; version: number; data: unknown }): Promise<void>;
  /** What the entities would still change in the migrated schema. */
  drift(): Promise<string[]>;
  logLines(): readonly string[];
  stop(): Promise<void>;
}

export async function startAuth({
  bootstrap = true,
  settings = {},
}: { readonly bootstrap?: boolean; readonly settings?: Readonly<Record<string, string>> } = {}): Promise<RunningAuth> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-auth-'));
  const [database, nats] = await Promise.all([testDatabase(), startTestNats()]);
  const [schema] = await provisionSchemas(database.adminUrl, [{ service: 'auth', password: 'auth' }]);
  const config = readConfig(authConfig, {
    WAYBILL_NATS_URL: nats.url,
    WAYBILL_DATABASE_URL: schema?.url,
    WAYBILL_STORE_DIR: directory,
    WAYBILL_LOG_LEVEL: 'trace',
    WAYBILL_EXTERNAL_URL: 'https://waybill.example',
    WAYBILL_PASSWORD_COST: '4',
    WAYBILL_AUTH_KEY_SECRET: 'a secret of the installation, for tests',
    ...settings,
  });
  const lines: string[] = [];
  const log = createLogger({
    service: 'auth',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  const operator = await connectBus({ url: nats.url, service: 'operator' }, log);
  await provisionBus(
    operator,
    busRoles.filter((role) => role.service === 'auth'),
  );
  const running = await startService(service, config, { log });
  const edge = new EdgeClient(operator, createBlobStore({ driver: 'fs', rootDir: directory }));
  const dataSource = running.app.get(DataSource, { strict: false });
  const requests = running.app.get(RequestClient, { strict: false });
  let sent = 0;

  const conversation = new AuthConversation({
    ask: (type, request) => requests.ask(type, request, { timeoutMs }),
    query: (sql, parameters) => dataSource.query(sql, parameters),
    send: async ({ body, ...call }) => {
      sent += 1;
      const reply = await edge.send('auth', {
        ...call,
        ...(body === undefined ? {} : { body }),
        externalUrl: 'https://waybill.example',
        requestId: `test-${sent}`,
        timeoutMs,
      });
      return { status: reply.status, headers: reply.headers, bytes: await edge.read(reply) };
    },
  });
  if (bootstrap) {
    const first = { username: 'admin', password: 'a password for tests', organization: 'acme' };
    const answer = await conversation.ask(bootstrapInstallation, first);
    if (answer.created) conversation.admin = { token: answer.token };
  }
  return Object.assign(conversation, {
    get: running.app.get.bind(running.app),
    bus: operator,
    mail: new MailDouble(operator),
    emit: async (
      type: EventType,
      { aggregate, version, data }: { aggregate: string; version: number; data: unknown },
    ) => {
      const envelope: EventEnvelope = {
        specversion: '1.0',
        id: randomUUID(),
        source: `/waybill/${type.owner}`,
        type: type.type,
        subject: aggregate,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        aggregateversion: version,
        data,
      };
      await jetstream(operator).publish(eventSubject(type), JSON.stringify(envelope), { msgID: envelope.id });
    },
    flushLastUse: async () => {
      await running.app.get(LastUseRecorder, { strict: false }).flush();
      await running.app.get(TokenUseRecorder, { strict: false }).flush();
    },
    lookAfterTokens: () => running.app.get(TokenCare, { strict: false }).take(),
    lookAfterGroups: () => running.app.get(FollowedUpkeepTurn, { strict: false }).take(),
    drift: () => driftOf(dataSource),
    logLines: () => lines,
    stop: async () => {
      await running.stop();
      await operator.close();
      await nats.stop();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  });
}
