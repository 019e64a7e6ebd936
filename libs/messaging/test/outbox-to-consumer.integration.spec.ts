import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { organizationCreated } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { createLogger, createMetrics } from '@waybill/observability';
import { dataSourceOptions, driftOf, migrate, provisionSchemas, UnitOfWork } from '@waybill/persistence';
import { eventually, startTestNats, type TestNats, testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  connectBus,
  MessagingModule,
  OnEvent,
  Outbox,
  OutboxEntity,
  OutboxMigration,
  provisionBus,
} from '../src/index.js';

type Created = EventEnvelope<DataOf<typeof organizationCreated>>;

const HANDLE = Symbol('handle');

@Injectable()
class Recorder {
  constructor(@Inject(HANDLE) private readonly handle: (event: Created) => Promise<void>) {}

  @OnEvent(organizationCreated)
  onCreated(event: Created): Promise<void> {
    return this.handle(event);
  }
}

const log = createLogger({ service: 'test', level: 'silent' });
// Writes and consumes the same facts, which no service really does.
const roles = [{ service: 'auth', consumes: [organizationCreated], hears: [], edge: false }];
let nats: TestNats;
let database: Awaited<ReturnType<typeof testDatabase>>;
let url: string;
const running: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), testDatabase()]);
  const [schema] = await provisionSchemas(database.adminUrl, [{ service: 'auth', password: 'auth' }]);
  url = schema!.url;
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(operator, roles);
  await operator.close();
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

afterAll(async () => {
  await nats.stop();
  await database.drop();
});

async function start(handle: (event: Created) => Promise<void>) {
  const connection = await connectBus({ url: nats.url, service: 'auth' });
  const definition = { schema: 'auth', entities: [OutboxEntity], migrations: [OutboxMigration('auth')] };

  @Module({
    imports: [
      TypeOrmModule.forRoot(dataSourceOptions(definition, url)),
      MessagingModule.forService(connection, {
        service: 'auth',
        concurrency: 4,
        database: true,
        outbox: true,
        log,
        metrics: createMetrics('auth'),
      }),
    ],
    providers: [Recorder, { provide: HANDLE, useValue: handle }],
  })
  class TestModule {}

  const app = await NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false });
  const dataSource = app.get(DataSource);
  await migrate(dataSource);
  running.push(async () => {
    await app.close();
    await connection.close();
  });
  const unitOfWork = app.get(UnitOfWork);
  const outbox = app.get(Outbox);
  const found = (name: string) =>
    unitOfWork.run((manager) =>
      outbox.append(manager, organizationCreated, {
        aggregate: name,
        aggregateVersion: 1,
        data: { organizationId: randomUUID() as OrganizationId, name, createdBy: 'test' },
      }),
    );
  return { dataSource, unitOfWork, outbox, found };
}

describe('from an outbox to a consumer', () => {
  it('what is committed arrives, once and in order', async () => {
    const seen: string[] = [];
    const service = await start((event) => Promise.resolve(void seen.push(event.data.name)));
    for (let index = 0; index < 20; index += 1) await service.found(`ordered-${index}`);
    await eventually(() => expect(seen.filter((name) => name.startsWith('ordered-'))).toHaveLength(20));
    expect(seen.filter((name) => name.startsWith('ordered-'))).toEqual(
      Array.from({ length: 20 }, (_, i) => `ordered-${i}`),
    );
  });

  it('what is rolled back never arrives', async () => {
    const seen: string[] = [];
    const service = await start((event) => Promise.resolve(void seen.push(event.data.name)));
    await expect(
      service.unitOfWork.run(async (manager) => {
        await service.outbox.append(manager, organizationCreated, {
          aggregate: 'ghost',
          aggregateVersion: 1,
          data: { organizationId: randomUUID() as OrganizationId, name: 'ghost', createdBy: 'test' },
        });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await service.found('after-ghost');
    await eventually(() => expect(seen).toContain('after-ghost'));
    expect(seen).not.toContain('ghost');
  });

  it('what failed comes again until it succeeds', async () => {
    let attempts = 0;
    const service = await start((event) => {
      if (event.data.name !== 'stubborn') return Promise.resolve();
      attempts += 1;
      return attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    await service.found('stubborn');
    await eventually(() => expect(attempts).toBe(3), { timeoutMs: 15_000 });
  });

  it('a crash between sending and marking sends again, and the stream drops the double', async () => {
    const seen: string[] = [];
    const service = await start((event) => Promise.resolve(void seen.push(event.data.name)));
    await service.found('doubled');
    await eventually(() => expect(seen).toContain('doubled'));
    await service.dataSource.query(`UPDATE outbox SET sent_at = NULL WHERE aggregate = 'doubled'`);
    await service.found('after-doubled');
    await eventually(() => expect(seen).toContain('after-doubled'));
    await eventually(async () => {
      expect(await service.dataSource.query('SELECT 1 FROM outbox WHERE sent_at IS NULL')).toEqual([]);
    });
    expect(seen.filter((name) => name === 'doubled')).toHaveLength(1);
  });

  it('what cannot be read becomes a dead letter and is never taken for done (W10)', async () => {
    const service = await start(() => Promise.resolve());
    const connection = await connectBus({ url: nats.url, service: 'operator' });
    running.push(() => connection.close());
    const { jetstream, jetstreamManager } = await import('@nats-io/jetstream');
    const manager = await jetstreamManager(connection);
    const before = (await manager.streams.info('DEAD_LETTERS')).state.messages;
    await jetstream(connection).publish(`event.${organizationCreated.type}`, '{"not":"an event"}');
    await service.found('after-poison');
    await eventually(async () => {
      expect((await manager.streams.info('DEAD_LETTERS')).state.messages).toBe(before + 1);
    });
  });

  it('the table is what its entity says', async () => {
    const service = await start(() => Promise.resolve());
    expect(await driftOf(service.dataSource)).toEqual([]);
  });
});
