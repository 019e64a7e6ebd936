import { randomUUID } from 'node:crypto';
import { readConfig } from '@waybill/config';
import type { ReleaseFacts, ReplyOf, RepositoryFacts, RequestOf, RequestType } from '@waybill/contracts';
import { organizationCreated, packageAggregate, releasePublished, repositoryCreated } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, Principal, ReleasePurl, RepositoryId, Visibility } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { EdgeClient } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { driftOf } from '@waybill/persistence';
import { startService } from '@waybill/service-host';
import { eventually } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { Clock } from '../src/clock/clock.js';
import { config as schema } from '../src/config.js';
import { DeliveryTurns } from '../src/dispatch/delivery-turns.js';
import { MailTurns } from '../src/mail/mail-turns.js';
import { service } from '../src/service.js';
import type { NotificationsEnvironment } from './notifications-environment.js';

const timeoutMs = 30_000;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: Record<string, unknown>;
  readonly items: Record<string, unknown>[];
  /** The body without what differs in every answer. */
  readonly withoutRequestId: string;
}

export interface Sent {
  readonly as?: Principal;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** One replica as it runs, over a real database, bus and store, with a clock that the test turns. */
export class RunningNotifications {
  readonly #environment: NotificationsEnvironment;
  readonly #edge: EdgeClient;
  readonly #running: Awaited<ReturnType<typeof startService>>;
  readonly #requests: RequestClient;
  readonly dataSource: DataSource;
  readonly logLines: readonly string[];
  #ahead = 0;

  constructor(
    environment: NotificationsEnvironment,
    running: Awaited<ReturnType<typeof startService>>,
    logLines: readonly string[],
  ) {
    this.#environment = environment;
    this.#running = running;
    this.#edge = new EdgeClient(environment.operator, environment.store);
    this.#requests = running.app.get(RequestClient, { strict: false });
    this.dataSource = running.app.get(DataSource, { strict: false });
    this.logLines = logLines;
    this.get(Clock).now = () => new Date(Date.now() + this.#ahead);
  }

  static async start(
    environment: NotificationsEnvironment,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<RunningNotifications> {
    const lines: string[] = [];
    const log = createLogger({
      service: 'notifications',
      level: 'trace',
      destination: { write: (line) => void lines.push(line) },
    });
    const loopback = { WAYBILL_WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1', WAYBILL_WEBHOOK_ALLOW_HTTP: 'yes' };
    const config = readConfig(schema, { ...environment.variables, ...loopback, ...variables });
    return new RunningNotifications(environment, await startService(service, config, { log }), lines);
  }

  get<Provider>(type: new (...parts: never[]) => Provider): Provider {
    return this.#running.app.get(type, { strict: false });
  }

  /** Lets time pass, and has everybody look at the clock. */
  turn(milliseconds: number): void {
    this.#ahead += milliseconds;
    this.get(DeliveryTurns).wake();
    this.get(MailTurns).wake();
  }

  ask<Type extends RequestType>(type: Type, request: RequestOf<Type>): Promise<ReplyOf<Type>> {
    return this.#requests.ask(type, request, { timeoutMs });
  }

  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(sql, parameters);
  }

  drift(): Promise<string[]> {
    return driftOf(this.dataSource);
  }

  async http(method: string, target: string, sent: Sent = {}): Promise<HttpAnswer> {
    const body = sent.body === undefined ? undefined : Buffer.from(JSON.stringify(sent.body));
    const reply = await this.#edge.send('notifications', {
      method,
      target,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...sent.headers },
      principal: sent.as ?? anonymous,
      ...(body === undefined ? {} : { body }),
      externalUrl: 'https://waybill.example',
      clientAddress: '192.0.2.7',
      requestId: `http-${randomUUID()}`,
      timeoutMs,
    });
    const bytes = await this.#edge.read(reply);
    const json = bytes.length === 0 ? {} : (JSON.parse(bytes.toString()) as Record<string, unknown>);
    return {
      status: reply.status,
      headers: reply.headers,
      json,
      items: (json['items'] ?? []) as Record<string, unknown>[],
      withoutRequestId: JSON.stringify({ ...json, requestId: undefined, instance: undefined }),
    };
  }

  /** An organization that `auth` announced, and who owns it. */
  async organization(): Promise<Organization> {
    const organizationId = randomUUID() as OrganizationId;
    const name = `org-${organizationId.slice(0, 8)}`;
    const data = { organizationId, name, createdBy: 'operator' };
    await this.#environment.emit(organizationCreated, { aggregate: organizationId, data });
    await this.#known('organizations', 'organization_id', organizationId);
    return { organizationId, name, owner: memberOf(organizationId) };
  }

  /** A repository that `publish` announced. */
  async repository(organizationId: OrganizationId, visibility: Visibility = 'public'): Promise<RepositoryFacts> {
    const repositoryId = randomUUID() as RepositoryId;
    const slug = `r-${repositoryId.slice(0, 8)}`;
    const data = { repositoryId, organizationId, slug, visibility, kind: 'hosted' } as RepositoryFacts;
    await this.#environment.emit(repositoryCreated, { aggregate: repositoryId, data });
    await this.#known('repositories', 'repository_id', repositoryId);
    return data;
  }

  /** Announces a release as `publish` does. */
  async published(repository: RepositoryFacts, event: { id?: string; time?: Date } = {}): Promise<string> {
    const data = releaseOf(repository);
    const aggregate = packageAggregate(repository.repositoryId, data.packagePurl);
    return (await this.#environment.emit(releasePublished, { aggregate, data, ...event })).id;
  }

  /** A webhook of an organization or a repository, by its owner. */
  async webhook(
    of: { readonly org?: string; readonly repository?: string },
    owner: Principal,
    body: Readonly<Record<string, unknown>>,
  ): Promise<{ id: string; secret: string }> {
    const target = `/api/v1/webhooks?${new URLSearchParams(of).toString()}`;
    const made = await this.http('POST', target, { as: owner, body });
    if (made.status !== 201) throw new Error(`no webhook: ${made.withoutRequestId}`);
    return { id: String(made.json['id']), secret: String(made.json['secret']) };
  }

  /** The deliveries of a webhook as its owner sees them, newest first. */
  async deliveries(webhookId: string, owner: Principal): Promise<Record<string, unknown>[]> {
    return (await this.http('GET', `/api/v1/webhooks/${webhookId}/deliveries`, { as: owner })).items;
  }

  /** Resolves when the delivery of an event is in this state. */
  async settled(webhookId: string, eventId: string, state: string): Promise<Record<string, unknown>> {
    return eventually(async () => {
      const [row] = await this.query('SELECT * FROM deliveries WHERE webhook_id = $1 AND event_id = $2', [
        webhookId,
        eventId,
      ]);
      if (row?.['state'] !== state) throw new Error(`The delivery is ${String(row?.['state'])}.`);
      return row;
    });
  }

  /** What was audited about a webhook, oldest first. */
  async audit(webhookId: string): Promise<Record<string, unknown>[]> {
    return this.query('SELECT * FROM audit_events WHERE subject = $1 ORDER BY at', [`webhook:${webhookId}`]);
  }

  async #known(table: string, column: string, id: string): Promise<void> {
    await eventually(async () => {
      const rows = await this.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [id]);
      if (rows.length === 0) throw new Error('not projected yet');
    });
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }
}

export interface Organization {
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly owner: Principal;
}

export function memberOf(organizationId: OrganizationId, role: 'owner' | 'member' = 'owner'): Principal {
  return {
    kind: 'user',
    sessionId: randomUUID(),
    userId: randomUUID(),
    username: 'somebody',
    installationAdmin: false,
    grants: [{ kind: 'organization', organizationId, role }],
  } as unknown as Principal;
}

export function releaseOf(repository: RepositoryFacts): ReleaseFacts {
  const packagePurl = 'pkg:npm/left-pad' as PackagePurl;
  return {
    releaseId: randomUUID(),
    repository,
    purl: `${packagePurl}@1.0.0` as ReleasePurl,
    packagePurl,
    version: '1.0.0',
    state: 'published',
    artifacts: [
      {
        filename: 'left-pad-1.0.0.tgz',
        role: 'tarball',
        mediaType: 'application/octet-stream',
        sizeBytes: 10,
        digests: { sha256: `sha256:${'a'.repeat(64)}` },
      },
    ],
    metadata: { kind: 'inline', json: { internal: 'not for webhooks' } },
    tags: ['latest'],
    publishedBy: { actor: 'user:1', username: 'ada', userId: null },
    summary: {},
    submittedAt: new Date().toISOString(),
    settledAt: new Date().toISOString(),
    reasons: [],
  } as unknown as ReleaseFacts;
}
