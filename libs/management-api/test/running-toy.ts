import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Principal, SessionId, UserId } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { bindEdgeContext, edgeFastifyAdapter, problemDialect } from '@waybill/edge';
import { dataSourceOptions, driftOf, migrate, UnitOfWork } from '@waybill/persistence';
import { testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { IdempotencyKeyEntity, IdempotencyKeysMigration } from '../src/index.js';
import { CreateToys1000000000001, Gate, ToyModule } from './toy.module.js';

export interface ToyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Record<string, unknown>;
}

export interface ToyRequest {
  readonly as?: string;
  readonly key?: string;
  readonly body?: object;
  readonly payload?: string;
  readonly headers?: Record<string, string>;
}

export interface RunningToy {
  readonly gate: Gate;
  http(method: 'GET' | 'POST' | 'PATCH', target: string, request?: ToyRequest): Promise<ToyAnswer>;
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  drift(): Promise<string[]>;
  stop(): Promise<void>;
}

const schema = 'toy';

/** A service with a management API of toys, over a real database. */
export async function startToy(): Promise<RunningToy> {
  const database = await testDatabase({ schema });
  const definition = {
    schema,
    entities: [IdempotencyKeyEntity],
    migrations: [CreateToys1000000000001, IdempotencyKeysMigration(schema)],
  };
  const dataSource = await new DataSource(dataSourceOptions(definition, database.url)).initialize();
  await migrate(dataSource);

  @Global()
  @Module({
    providers: [{ provide: DataSource, useValue: dataSource }, UnitOfWork],
    exports: [DataSource, UnitOfWork],
  })
  class HostDouble {}

  const testing = await Test.createTestingModule({ imports: [HostDouble, ToyModule] }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(edgeFastifyAdapter(problemDialect), {
    logger: false,
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      bindEdgeContext(request.raw, {
        requestId: 'test',
        rawTarget: request.raw.url ?? '/',
        clientAddress: '192.0.2.1',
        externalUrl: 'https://waybill.example',
        deadline: new Date(Date.now() + 30_000),
        principal: principalNamed(request.headers['x-test-user']),
      });
      done();
    });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();

  return {
    gate: app.get(Gate),
    http: async (method, url, { as, key, body, payload, headers = {} } = {}) => {
      const reply = await app.inject({
        method,
        url,
        headers: {
          ...(as === undefined ? {} : { 'x-test-user': as }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(body === undefined && payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: reply.statusCode, headers: reply.headers, json: reply.json() };
    },
    query: (sql, parameters) => dataSource.query(sql, parameters),
    drift: () => driftOf(dataSource),
    stop: async () => {
      await app.close();
      await dataSource.destroy();
      await database.drop();
    },
  };
}

function principalNamed(header: string | string[] | undefined): Principal {
  if (typeof header !== 'string') return anonymous;
  const userId = header as UserId;
  return {
    kind: 'user',
    sessionId: 'session' as SessionId,
    userId,
    username: header,
    installationAdmin: false,
    grants: [],
  };
}
