import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { createBlobStore } from '@waybill/blob-storage';
import { readConfig } from '@waybill/config';
import type { AuditEventFacts, EventType } from '@waybill/contracts';
import { auditRecordedByAuth, busRoles, eventSubject, organizationCreated } from '@waybill/contracts';
import type { OrganizationId, Principal, Role, SessionId, UserId } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { EdgeClient } from '@waybill/edge';
import { connectBus, provisionBus } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { driftOf, provisionSchemas } from '@waybill/persistence';
import { startService } from '@waybill/service-host';
import { eventually, startTestNats, testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { config as schema } from '../src/config.js';
import { service } from '../src/service.js';

const timeoutMs = 20_000;

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

export interface TestOrganization {
  readonly organizationId: OrganizationId;
  readonly name: string;
}

/** The audit service as it runs, over a real database and bus; the test is everybody who announces and asks. */
export type RunningAudit = Awaited<ReturnType<typeof startAudit>>;

export async function startAudit({ replicas = 1, settings = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-audit-'));
  const [database, nats] = await Promise.all([testDatabase(), startTestNats()]);
  const [role] = await provisionSchemas(database.adminUrl, [{ service: 'audit', password: 'audit' }]);
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(
    operator,
    busRoles.filter((candidate) => candidate.service === 'audit'),
  );
  const config = readConfig(schema, {
    WAYBILL_NATS_URL: nats.url,
    WAYBILL_DATABASE_URL: role?.url,
    WAYBILL_STORE_DIR: directory,
    WAYBILL_AUDIT_KEY_SECRET: 'a secret of at least 32 characters',
    ...settings,
  });
  const lines: string[] = [];
  const log = createLogger({
    service: 'audit',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const running = await Promise.all(Array.from({ length: replicas }, () => startService(service, config, { log })));
  const [first] = running;
  if (first === undefined) throw new Error('There is no replica.');
  const dataSource = first.app.get(DataSource, { strict: false });
  const edge = new EdgeClient(operator, createBlobStore({ driver: 'fs', rootDir: directory }));

  async function emit(type: EventType, aggregate: string, data: unknown, { version = 1 } = {}): Promise<void> {
    const envelope = {
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
    await jetstream(operator).publish(eventSubject(type), JSON.stringify(envelope));
  }

  async function settled(): Promise<void> {
    await eventually(async () => {
      const consumer = await jetstream(operator).consumers.get('EVENTS', 'audit');
      const { num_ack_pending: given, num_pending: waiting } = await consumer.info();
      if (given + waiting > 0) throw new Error(`${given + waiting} events are not handled yet.`);
    });
  }

  return {
    get: first.app.get.bind(first.app),
    bus: operator,
    emit,
    settled,
    logLines: (): readonly string[] => lines,
    query: (sql: string, parameters?: unknown[]) => dataSource.query<Record<string, unknown>[]>(sql, parameters),
    drift: () => driftOf(dataSource),
    /** Announces that something was audited. */
    record: async (wish: Partial<AuditEventFacts> = {}, type: EventType = auditRecordedByAuth) => {
      const facts = factsOf(wish);
      await emit(type, `audit-event:${facts.eventId}`, facts);
      return facts;
    },
    organization: async (name = `org-${randomUUID().slice(0, 8)}`): Promise<TestOrganization> => {
      const organizationId = randomUUID() as OrganizationId;
      await emit(organizationCreated, organizationId, { organizationId, name, createdBy: 'test' });
      await settled();
      return { organizationId, name };
    },
    http: async (target: string, principal: Principal = anonymous, sent?: object) => {
      const json = { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(sent ?? {})) };
      const reply = await edge.send('audit', {
        method: sent === undefined ? 'GET' : 'POST',
        target,
        ...(sent === undefined ? { headers: {} } : json),
        principal,
        externalUrl: 'https://waybill.example',
        requestId: `test-${randomUUID()}`,
        clientAddress: '10.0.0.1',
        timeoutMs,
      });
      return answerOf(reply.status, reply.headers, (await edge.read(reply)).toString());
    },
    stop: async () => {
      for (const replica of running) await replica.stop();
      await operator.close();
      await nats.stop();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function factsOf(wish: Partial<AuditEventFacts>): AuditEventFacts {
  return {
    eventId: randomUUID(),
    at: new Date().toISOString(),
    actor: 'user:00000000-0000-4000-8000-000000000001',
    actorUserId: '00000000-0000-4000-8000-000000000001',
    action: 'team.create',
    subject: 'team:1',
    organizationId: null,
    outcome: 'success',
    requestId: 'request-1',
    clientAddress: '10.0.0.7',
    details: { name: 'readers' },
    ...wish,
  };
}

/** Somebody with a role in an organization, or an administrator of the installation. */
export function somebody(
  in_: { readonly organizationId: OrganizationId; readonly role: Role } | 'installation-admin' | 'nobody',
): Principal {
  return {
    kind: 'user',
    sessionId: randomUUID() as SessionId,
    userId: randomUUID() as UserId,
    username: 'ada',
    provenUntil: new Date(Date.now() + 600_000).toISOString(),
    installationAdmin: in_ === 'installation-admin',
    grants:
      typeof in_ === 'string' ? [] : [{ kind: 'organization', organizationId: in_.organizationId, role: in_.role }],
  };
}

function answerOf(status: number, headers: Answer['headers'], text: string): Answer {
  const isJson = /json/.test(String(headers['content-type'])) && !/ndjson/.test(String(headers['content-type']));
  return { status, headers, text, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
}
