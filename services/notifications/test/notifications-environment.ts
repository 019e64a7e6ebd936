import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { BlobStore } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import type { DataOf, EventEnvelope, EventType, RequestOf } from '@waybill/contracts';
import { busRoles, eventSubject, replayEvents } from '@waybill/contracts';
import { connectBus, provisionBus } from '@waybill/messaging';
import { provisionSchemas } from '@waybill/persistence';
import { startTestNats, tempDir, testDatabase } from '@waybill/testing';

export interface Emitted<Type extends EventType> {
  readonly aggregate: string;
  readonly data: DataOf<Type>;
  readonly version?: number;
  /** Of an event that comes once more. */
  readonly id?: string;
  readonly time?: Date;
}

/** Database, bus and store, which stay when a replica in them dies. The test is everybody who announces. */
export interface NotificationsEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly operator: Awaited<ReturnType<typeof connectBus>>;
  readonly store: BlobStore;
  /** What `publish` has in its event log. */
  readonly eventLog: EventEnvelope[];
  emit<Type extends EventType>(type: Type, emitted: Emitted<Type>): Promise<EventEnvelope>;
  dispose(): Promise<void>;
}

export async function notificationsEnvironment(): Promise<NotificationsEnvironment> {
  const directory = await tempDir('notifications');
  const [database, nats] = await Promise.all([testDatabase(), startTestNats()]);
  const [provisioned] = await provisionSchemas(database.adminUrl, [{ service: 'notifications', password: 'unused' }]);
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(
    operator,
    busRoles.filter(({ service }) => service === 'notifications'),
  );
  const eventLog: EventEnvelope[] = [];
  operator.subscribe(replayEvents.subject, {
    callback: (_error, message) => {
      const { id, data } = message.json<{ id: string; data: RequestOf<typeof replayEvents> }>();
      const events = eventLog
        .filter(({ type }) => data.types.length === 0 || data.types.includes(type))
        .map((event, index) => ({ position: index + 1, event }));
      message.respond(JSON.stringify({ id, response: { ok: { events, next: null } }, isDisposed: true }));
    },
  });
  return {
    variables: {
      WAYBILL_NATS_URL: nats.url,
      WAYBILL_DATABASE_URL: provisioned?.url ?? '',
      WAYBILL_STORE_DIR: directory.path,
      WAYBILL_EXTERNAL_URL: 'https://waybill.example',
      WAYBILL_NOTIFICATIONS_KEY_SECRET: 'a secret of the installation, for tests only',
    },
    operator,
    store: createBlobStore({ driver: 'fs', rootDir: directory.path }),
    eventLog,
    emit: async (type, emitted) => {
      const envelope = envelopeOf(type, emitted);
      await jetstream(operator).publish(eventSubject(type), JSON.stringify(envelope));
      return envelope;
    },
    dispose: async () => {
      await operator.close();
      await nats.stop();
      await database.drop();
      await directory.dispose();
    },
  };
}

export function envelopeOf<Type extends EventType>(type: Type, emitted: Emitted<Type>): EventEnvelope<DataOf<Type>> {
  const { aggregate, data, version = 1, id = randomUUID(), time = new Date() } = emitted;
  return {
    specversion: '1.0',
    id,
    source: '/waybill/test',
    type: type.type,
    subject: aggregate,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: version,
    data,
  };
}
