import type { BlobStore } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import type { EventEnvelope, EventType } from '@waybill/contracts';
import { auditRecordedByPublish, busRoles, eventSubject } from '@waybill/contracts';
import { connectBus, provisionBus } from '@waybill/messaging';
import { provisionSchemas } from '@waybill/persistence';
import { startTestNats, tempDir, testDatabase } from '@waybill/testing';
import { envelopeOf } from './event-from.js';
import { KnownPeople } from './known-people.js';

/** Database, bus and store of a `publish`, which stay when one that runs in them dies. */
export interface PublishEnvironment {
  /** What `publish` is configured with. */
  readonly variables: Readonly<Record<string, string>>;
  readonly operator: Awaited<ReturnType<typeof connectBus>>;
  readonly store: BlobStore;
  /** A superuser's URL of the database. */
  readonly adminUrl: string;
  /** Events of publish as they came over the bus, in that order. */
  readonly heard: readonly EventEnvelope[];
  /** Who still may approve what was approved before, instead of auth. */
  readonly people: KnownPeople;
  emit(type: EventType, aggregate: string, data: unknown): Promise<EventEnvelope>;
  dispose(): Promise<void>;
}

export async function publishEnvironment(): Promise<PublishEnvironment> {
  const directory = await tempDir('publish');
  const [database, nats] = await Promise.all([testDatabase(), startTestNats()]);
  const [provisioned] = await provisionSchemas(database.adminUrl, [{ service: 'publish', password: 'publish' }]);
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(operator, busRoles);
  const heard: EventEnvelope[] = [];
  operator.subscribe('event.publish.>', {
    callback: (error, message) => {
      // What is audited is for the audit alone, and no part of a package's history.
      const isHistory = message.subject !== eventSubject(auditRecordedByPublish);
      if (error === null && isHistory) heard.push(message.json<EventEnvelope>());
    },
  });
  const people = new KnownPeople(operator);
  return {
    people,
    variables: {
      WAYBILL_NATS_URL: nats.url,
      WAYBILL_DATABASE_URL: provisioned?.url ?? '',
      WAYBILL_STORE_DIR: directory.path,
      WAYBILL_STAGING_HOURS: '1',
    },
    operator,
    store: createBlobStore({ driver: 'fs', rootDir: directory.path }),
    adminUrl: database.adminUrl,
    heard,
    emit: async (type, aggregate, data) => {
      const envelope = envelopeOf(type, aggregate, data);
      // The stream takes what is published on its subjects, also by those who do not wait for its answer.
      operator.publish(eventSubject(type), JSON.stringify(envelope));
      await operator.flush();
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
