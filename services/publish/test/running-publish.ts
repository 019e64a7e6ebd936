import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BlobStore } from '@waybill/blob-storage';
import { readConfig } from '@waybill/config';
import type {
  DataOf,
  EventEnvelope,
  EventType,
  ReleaseFacts,
  ReplyOf,
  RepositoryFacts,
  RequestOf,
  RequestType,
  submitReleaseBatch,
} from '@waybill/contracts';
import {
  createRepository,
  getRelease,
  organizationCreated,
  replayEvents,
  scanCompleted,
  submitRelease,
} from '@waybill/contracts';
import type { Digest, Finding, OrganizationId, PackageName, Principal, Visibility } from '@waybill/domain';
import { anonymous, releasePurl } from '@waybill/domain';
import { EdgeClient } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { driftOf } from '@waybill/persistence';
import { startService } from '@waybill/service-host';
import { eventually } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { config as schema } from '../src/config.js';
import { service } from '../src/service.js';
import { memberOf } from './principals.js';
import type { PublishEnvironment } from './publish-environment.js';
import { publishEnvironment } from './publish-environment.js';

const timeoutMs = 30_000;

export interface Sent {
  readonly as?: Principal;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly link: string | undefined;
  readonly json: Record<string, unknown>;
  readonly items: Record<string, unknown>[];
  /** The body without what differs in every answer. */
  readonly withoutRequestId: string;
}

export interface Submitted {
  readonly repository: RepositoryFacts;
  readonly name?: string;
  readonly version?: string;
  /** The bytes of its one artifact. */
  readonly bytes?: string;
  readonly tags?: string[];
  readonly by?: Principal;
}

export type SubmitRequest = RequestOf<typeof submitRelease>;

/** `publish` as it runs, over a real database, bus and store, and the ways into it that tests go. */
export class RunningPublish {
  readonly #edge: EdgeClient;
  readonly store: BlobStore;
  /** Events of publish as they came over the bus, in that order. */
  readonly heard: readonly EventEnvelope[];
  readonly app;
  readonly dataSource: DataSource;
  readonly #requests: RequestClient;
  readonly #emit: (type: EventType, aggregate: string, data: unknown) => Promise<EventEnvelope>;
  readonly organizationId = randomUUID() as OrganizationId;
  /** May publish in every repository of `organizationId`. */
  readonly member = memberOf(this.organizationId);
  readonly owner = memberOf(this.organizationId, 'owner');
  readonly stop: () => Promise<void>;

  constructor(parts: {
    edge: EdgeClient;
    store: BlobStore;
    heard: readonly EventEnvelope[];
    app: Awaited<ReturnType<typeof startService>>['app'];
    emit: (type: EventType, aggregate: string, data: unknown) => Promise<EventEnvelope>;
    stop: () => Promise<void>;
  }) {
    this.#edge = parts.edge;
    this.store = parts.store;
    this.heard = parts.heard;
    this.app = parts.app;
    this.#emit = parts.emit;
    this.stop = parts.stop;
    this.dataSource = parts.app.get(DataSource, { strict: false });
    this.#requests = parts.app.get(RequestClient, { strict: false });
  }

  ask<Type extends RequestType>(type: Type, request: RequestOf<Type>): Promise<ReplyOf<Type>> {
    return this.#requests.ask(type, request, { timeoutMs });
  }

  emit<Type extends EventType>(type: Type, aggregate: string, data: DataOf<Type>): Promise<EventEnvelope> {
    return this.#emit(type, aggregate, data);
  }

  query(sql: string, parameters?: unknown[]): Promise<Record<string, unknown>[]> {
    return this.dataSource.query(sql, parameters);
  }

  /** The SQL that was sent while `work` ran, without that of the outbox's relay. */
  async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
    const statements: string[] = [];
    const { logger } = this.dataSource;
    const logQuery = logger.logQuery.bind(logger);
    logger.logQuery = (sql) => {
      if (!/pg_try_advisory_xact_lock|sent_at/.test(sql)) statements.push(sql);
    };
    try {
      await work();
    } finally {
      logger.logQuery = logQuery;
    }
    return statements;
  }

  drift(): Promise<string[]> {
    return driftOf(this.dataSource);
  }

  async repository(
    visibility: Visibility = 'public',
    organizationId: OrganizationId = this.organizationId,
  ): Promise<RepositoryFacts> {
    const slug = `r-${randomUUID().slice(0, 8)}`;
    const wanted = { slug, organizationId, visibility, createdBy: 'operator' };
    return (await this.ask(createRepository, wanted)).repository;
  }

  /** Announces the organization as `auth` does, and waits until its name is known. */
  async organization(name: string, organizationId: OrganizationId = this.organizationId): Promise<void> {
    await this.emit(organizationCreated, organizationId, { organizationId, name, createdBy: 'operator' });
    await eventually(async () => {
      const rows = await this.query('SELECT name FROM organizations WHERE name = $1', [name]);
      if (rows.length === 0) throw new Error('not projected yet');
    });
  }

  /** A submission whose bytes are staged, as an adapter sends it. */
  async submission(wanted: Submitted): Promise<SubmitRequest> {
    const {
      repository,
      name = 'left-pad',
      version = '1.0.0',
      bytes = 'the bytes',
      tags = [],
      by = this.member,
    } = wanted;
    const staged = await this.store.stage(Readable.from([Buffer.from(bytes)]), {
      maxBytes: 1_000_000,
      digests: ['sha512'],
    });
    const { sha256, sha512 } = staged.digests as { sha256: Digest; sha512: Digest };
    return {
      principal: by,
      repositoryId: repository.repositoryId,
      purl: releasePurl(npmNameOf(name), version),
      artifacts: [
        {
          filename: `${npmNameOf(name).name}-${version}.tgz`,
          role: 'tarball',
          mediaType: 'application/octet-stream',
          sizeBytes: staged.sizeBytes,
          digests: { sha256, sha512 },
          stagedKey: staged.key,
        },
      ],
      metadata: { kind: 'inline', json: { manifest: { name, version } } },
      summary: {},
      tags,
      requestId: 'test',
    };
  }

  async submit(wanted: Submitted): Promise<ReplyOf<typeof submitRelease>> {
    return this.ask(submitRelease, await this.submission(wanted));
  }

  async release({ releaseId }: Pick<ReleaseFacts, 'releaseId'>): Promise<ReleaseFacts> {
    const { release } = await this.ask(getRelease, { releaseId });
    if (release === null) throw new Error('There is no such release.');
    return release;
  }

  async emitScan({ releaseId }: ReleaseFacts, findings: Finding[] = [], completed = true): Promise<void> {
    await this.emit(scanCompleted, releaseId, { releaseId, scanId: randomUUID(), completed, findings });
  }

  /** Resolves when one of a batch was decided on, though it may still wait for the others. */
  async decided({ releaseId }: ReleaseFacts): Promise<void> {
    await eventually(async () => {
      const [row] = await this.query('SELECT own_decision FROM releases WHERE release_id = $1', [releaseId]);
      if (row?.['own_decision'] === null) throw new Error('not decided yet');
    });
  }

  /** What the scanner says, and what became of the release then. */
  async scan(release: ReleaseFacts, findings: Finding[] = [], completed = true): Promise<ReleaseFacts> {
    await this.emitScan(release, findings, completed);
    return eventually(() => this.#settledFacts(release));
  }

  /** Its state once it has settled. */
  async settled(release: ReleaseFacts): Promise<string> {
    return (await eventually(() => this.#settledFacts(release), { timeoutMs: 20_000 })).state;
  }

  async #settledFacts(release: ReleaseFacts): Promise<ReleaseFacts> {
    const now = await this.release(release);
    if (now.state === 'quarantined') throw new Error('not decided yet');
    return now;
  }

  async published(wanted: Submitted): Promise<ReleaseFacts> {
    return this.scan((await this.submit(wanted)).release);
  }

  async held(wanted: Submitted, ...more: Finding[]): Promise<ReleaseFacts> {
    return this.scan((await this.submit(wanted)).release, [leakedKey, ...more]);
  }

  /** Everything that was replayed, page by page. */
  async replay(filter: { types?: string[]; ecosystem?: string } = {}): Promise<EventEnvelope[]> {
    const events: EventEnvelope[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: ReplyOf<typeof replayEvents> = await this.ask(replayEvents, { types: [], ...filter, after });
      events.push(...page.events.map((logged) => logged.event));
      after = page.next;
    }
    return events;
  }

  /** An answer that is not JSON, as it came. */
  async text(target: string, as: Principal): Promise<string> {
    const reply = await this.#send('GET', target, { as });
    return (await this.#edge.read(reply)).toString();
  }

  #send(method: string, target: string, sent: Sent) {
    const body = sent.body === undefined ? undefined : Buffer.from(JSON.stringify(sent.body));
    return this.#edge.send('publish', {
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
  }

  async http(method: string, target: string, sent: Sent = {}): Promise<Answer> {
    const reply = await this.#send(method, target, sent);
    const bytes = await this.#edge.read(reply);
    const json = bytes.length === 0 ? {} : (JSON.parse(bytes.toString()) as Record<string, unknown>);
    const { link, etag } = reply.headers;
    return {
      status: reply.status,
      etag: typeof etag === 'string' ? etag : undefined,
      link: typeof link === 'string' ? link : undefined,
      json,
      items: (json['items'] ?? []) as Record<string, unknown>[],
      withoutRequestId: JSON.stringify({ ...json, requestId: undefined, instance: undefined }),
    };
  }

  /** A package with so many more versions of the same bytes: `<n>.0.0`, for n from 2 on. */
  async withMoreVersions({ releaseId }: ReleaseFacts, count: number): Promise<string[]> {
    await this.query(
      `INSERT INTO releases (release_id, package_id, purl, version, state, replaced, fingerprint, metadata, tags, published_by,
              published_by_username, request_id, reasons, submitted_at, settled_at, summary)
       SELECT gen_random_uuid(), package_id, purl, n || '.0.0', state, replaced, fingerprint, metadata, tags, published_by,
              published_by_username, request_id, reasons, submitted_at, settled_at, summary
         FROM releases, generate_series(2, $2::integer + 1) AS n WHERE release_id = $1`,
      [releaseId, count],
    );
    return Array.from({ length: count }, (_, index) => `${index + 2}.0.0`);
  }

  /** What was done to a subject as the audit says, oldest first. */
  async audit(subject: string): Promise<unknown[]> {
    const rows = await this.query(
      `SELECT actor, action FROM audit_events WHERE subject = $1 AND outcome = 'success' ORDER BY at`,
      [subject],
    );
    return rows.map((row) => [row['actor'], row['action']]);
  }
}

/** The same submissions as one batch, by the principal of the first. */
export function batchOf(requests: readonly SubmitRequest[]): RequestOf<typeof submitReleaseBatch> {
  const [first] = requests;
  if (first === undefined) throw new Error('There is no batch of nothing.');
  const { principal, repositoryId, requestId } = first;
  const submissions = requests.map(({ purl, artifacts, metadata, summary, tags }) => {
    return { purl, artifacts, metadata, summary, tags };
  });
  return { principal, repositoryId, requestId, submissions };
}

/** `@scope/name` or `name`. */
function npmNameOf(text: string): PackageName {
  const [first = '', second] = text.split('/');
  return { ecosystem: 'npm', ...(second === undefined ? { name: first } : { namespace: first, name: second }) };
}

export const leakedKey: Finding = {
  rule: 'P11',
  code: 'secret.npm-token',
  level: 'hold',
  message: 'There is a token in it.',
  path: '.npmrc',
  line: 1,
};

export const pathTraversal: Finding = {
  rule: 'P10',
  code: 'archive.path-traversal',
  level: 'refuse',
  message: 'It leaves its folder.',
};

/** In an environment of its own, which goes when it stops, or in one that outlives it. */
export async function startPublish(given?: PublishEnvironment): Promise<RunningPublish> {
  const environment = given ?? (await publishEnvironment());
  const { operator, store, heard } = environment;
  const config = readConfig(schema, environment.variables);
  const running = await startService(service, config, { log: createLogger({ service: 'publish', level: 'silent' }) });
  return new RunningPublish({
    edge: new EdgeClient(operator, store),
    store,
    heard,
    app: running.app,
    emit: (type, aggregate, data) => environment.emit(type, aggregate, data),
    stop: async () => {
      await running.stop();
      if (given === undefined) await environment.dispose();
    },
  });
}
