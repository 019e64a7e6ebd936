import type { NatsConnection } from '@nats-io/transport-node';
import { Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type BusRole, type DataOf, type EventEnvelope, eventType } from '@waybill/contracts';
import { createLogger, createMetrics } from '@waybill/observability';
import { dataSourceOptions, migrate, schemaOf, UnitOfWork } from '@waybill/persistence';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  connectBus,
  MessagingModule,
  type MessagingOptions,
  OnEvent,
  Outbox,
  OutboxEntity,
  OutboxMigration,
  RequestClient,
  SharedServerNats,
} from '../src/index.js';

const note = z.object({ text: z.string() });

export const noteOfAuth = eventType('auth.note.taken.v1', note);
export const noteOfScanner = eventType('scanner.note.taken.v1', note);
export type Note = EventEnvelope<DataOf<typeof noteOfAuth>>;

export const roles: readonly BusRole[] = [
  { service: 'auth', consumes: [], hears: [], edge: false },
  { service: 'scanner', consumes: [], hears: [], edge: false },
  { service: 'gateway', consumes: [], hears: [noteOfAuth], edge: false },
  { service: 'adapter-npm', consumes: [noteOfAuth, noteOfScanner], hears: [], edge: false },
];

export function passwordOf(user: string): string {
  return `password-of-${user}`;
}

export function connectAs(natsUrl: string, user: string): Promise<NatsConnection> {
  return connectBus({ url: natsUrl, user, password: passwordOf(user), service: user });
}

/** A class whose `@OnEvent` methods call `handle`. */
export function reader(handle: (event: Note) => Promise<void> | void): Type {
  @Injectable()
  class Reader {
    @OnEvent(noteOfAuth)
    async onAuth(event: Note): Promise<void> {
      await handle(event);
    }

    @OnEvent(noteOfScanner)
    async onScanner(event: Note): Promise<void> {
      await handle(event);
    }
  }
  return Reader;
}

export interface TestService {
  readonly connection: NatsConnection;
  readonly requests: RequestClient;
  stop(): Promise<void>;
}

/** A Nest application as the service host makes it, with the permissions of its role. */
export async function startService(
  natsUrl: string,
  service: string,
  parts: {
    readonly providers?: Type[];
    readonly controllers?: Type[];
    readonly databaseUrl?: string;
    readonly options?: Partial<MessagingOptions>;
  },
): Promise<TestService & { get<Instance>(token: Type<Instance>): Instance }> {
  const connection = await connectAs(natsUrl, service);
  const definition = {
    schema: schemaOf(service),
    entities: [OutboxEntity],
    migrations: [OutboxMigration(schemaOf(service))],
  };
  const { databaseUrl } = parts;
  if (databaseUrl !== undefined) {
    const dataSource = await new DataSource(dataSourceOptions(definition, databaseUrl)).initialize();
    await migrate(dataSource).finally(() => dataSource.destroy());
  }

  @Module({
    imports: [
      ...(databaseUrl === undefined ? [] : [TypeOrmModule.forRoot(dataSourceOptions(definition, databaseUrl))]),
      MessagingModule.forService(connection, {
        service,
        concurrency: 8,
        database: databaseUrl !== undefined,
        outbox: databaseUrl !== undefined,
        log: createLogger({ service, level: 'silent' }),
        metrics: createMetrics(service),
        ...parts.options,
      }),
    ],
    providers: parts.providers ?? [],
    controllers: parts.controllers ?? [],
  })
  class TestModule {}

  const strategy = new SharedServerNats(connection, service);
  const app = await NestFactory.createMicroservice(TestModule, { strategy, logger: false, abortOnError: false });
  await app.listen();
  return {
    connection,
    requests: app.get(RequestClient),
    get: (token) => app.get(token),
    async stop() {
      await app.close();
      if (!connection.isClosed()) await connection.close();
    },
  };
}

/** Writes notes to a service's outbox, each in a transaction of its own: all about one aggregate, or each about its own. */
export function noteWriter(
  service: { get<Instance>(token: Type<Instance>): Instance },
  type: typeof noteOfAuth,
  aggregate?: string,
) {
  const unitOfWork = service.get(UnitOfWork);
  const outbox = service.get(Outbox);
  let aggregateVersion = 0;
  return (text: string) => {
    aggregateVersion += 1;
    const event = { aggregate: aggregate ?? text, aggregateVersion, data: { text } };
    return unitOfWork.run((manager) => outbox.append(manager, type, event));
  };
}
