import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { readConfig } from '@waybill/config';
import type { DataOf, EventEnvelope, EventType, ReplyOf, RepositoryFacts, RequestOf } from '@waybill/contracts';
import { busRoles, eventSubject, replayEvents, searchPackages } from '@waybill/contracts';
import { anonymous } from '@waybill/domain';
import { connectBus, provisionBus, RequestClient } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import type { RunningService } from '@waybill/service-host';
import { startService } from '@waybill/service-host';
import { eventually, startTestNats } from '@waybill/testing';
import { config as schema } from '../src/config.js';
import { service } from '../src/service.js';
import { searchDatabase } from './search-database.js';

type SearchReply = ReplyOf<typeof searchPackages>;

/** The service as it runs, over a real database and bus; the test is everybody who announces and asks. */
export interface RunningSearch {
  readonly app: RunningService['app'];
  readonly healthPort: number;
  /** What `publish` has in its event log. */
  readonly eventLog: EventEnvelope[];
  repository(visibility?: RepositoryFacts['visibility']): Promise<RepositoryFacts>;
  emit(type: EventType, event: { aggregate: string; version: number; data: unknown; id?: string }): Promise<void>;
  /** Resolves when every event so far was handled. */
  settled(): Promise<void>;
  search(repository: RepositoryFacts, query?: Partial<RequestOf<typeof searchPackages>>): Promise<SearchReply>;
  stop(): Promise<void>;
}

export async function startSearch(eventLog: EventEnvelope[] = []): Promise<RunningSearch> {
  const [database, nats] = await Promise.all([searchDatabase(), startTestNats()]);
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(operator, busRoles);
  // One event to a page, as Nest's transport writes replies.
  operator.subscribe(replayEvents.subject, {
    callback: (_error, message) => {
      const { id, data } = message.json<{ id: string; data: RequestOf<typeof replayEvents> }>();
      const events = eventLog.slice(data.after, data.after + 1).map((event) => ({ position: data.after + 1, event }));
      const next = data.after + 1 < eventLog.length ? data.after + 1 : null;
      message.respond(JSON.stringify({ id, response: { ok: { events, next } }, isDisposed: true }));
    },
  });
  const config = readConfig(schema, { WAYBILL_NATS_URL: nats.url, WAYBILL_DATABASE_URL: database.serviceUrl });
  const running = await startService(service, config, { log: createLogger({ service: 'search', level: 'silent' }) });
  const requests = new RequestClient(operator, { service: 'operator' });

  async function emit(
    type: EventType,
    event: { aggregate: string; version: number; data: unknown; id?: string },
  ): Promise<void> {
    await jetstream(operator).publish(eventSubject(type), JSON.stringify(envelopeOf(type, event)));
  }

  return {
    app: running.app,
    healthPort: running.healthPort,
    eventLog,
    emit,
    repository: async (visibility = 'public') => {
      const facts = repositoryOf(visibility);
      const type = { type: 'publish.repository.created.v1', owner: 'publish' } as EventType;
      await emit(type, { aggregate: facts.repositoryId, version: 1, data: facts });
      return facts;
    },
    settled: async () => {
      await eventually(async () => {
        const { num_ack_pending: given, num_pending: waiting } = await (
          await jetstream(operator).consumers.get('EVENTS', 'search')
        ).info();
        if (given + waiting > 0) throw new Error(`${given + waiting} events are not handled yet.`);
      });
    },
    search: ({ repositoryId }, query = {}) =>
      requests.ask(searchPackages, {
        principal: anonymous,
        repositoryId,
        ecosystem: 'npm',
        text: '',
        keywords: [],
        from: 0,
        size: 20,
        ...query,
      }),
    stop: async () => {
      await running.stop();
      await operator.close();
      await nats.stop();
      await database.drop();
    },
  };
}

export function repositoryOf(visibility: RepositoryFacts['visibility']): RepositoryFacts {
  const ids = { repositoryId: randomUUID(), organizationId: randomUUID() };
  return { ...ids, slug: `repository-${ids.repositoryId.slice(0, 8)}`, visibility, kind: 'hosted' } as RepositoryFacts;
}

export function envelopeOf<Type extends EventType>(
  type: Type,
  event: { aggregate: string; version: number; data: unknown; id?: string },
): EventEnvelope<DataOf<Type>> {
  return {
    specversion: '1.0',
    id: event.id ?? randomUUID(),
    source: '/waybill/test',
    type: type.type,
    subject: event.aggregate,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: event.version,
    data: event.data as DataOf<Type>,
  };
}
