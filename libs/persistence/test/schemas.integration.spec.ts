import { testDatabase } from '@waybill/testing';
import { Column, DataSource, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner, Unique } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type DatabaseDefinition,
  dataSourceOptions,
  driftOf,
  isUniqueViolation,
  migrate,
  provisionSchemas,
  schemaOf,
  UnitOfWork,
} from '../src/index.js';

@Entity({ name: 'account' })
@Unique('account_name_key', ['name'])
class Account {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'account_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('integer')
  balance!: number;
}

class Accounts1700000000000 implements MigrationInterface {
  readonly name = 'Accounts1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE account (
      id text NOT NULL, name text NOT NULL, balance integer NOT NULL,
      CONSTRAINT account_pkey PRIMARY KEY (id), CONSTRAINT account_name_key UNIQUE (name))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE account');
  }
}

/** Takes longer than an ordinary statement may (here 100 ms). */
class Slow1700000000001 implements MigrationInterface {
  readonly name = 'Slow1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT pg_sleep(0.3)');
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

const services = [
  { service: 'adapter-ledger', password: 'p@ss/word:1' },
  { service: 'stranger', password: 'other' },
];
const definition = { schema: 'adapter_ledger', entities: [Account], migrations: [Accounts1700000000000] };
let database: Awaited<ReturnType<typeof testDatabase>>;
let urls: Map<string, string>;
const open: DataSource[] = [];

async function connect(service: string, changes: Partial<DatabaseDefinition> = {}, max = 4): Promise<DataSource> {
  const options = dataSourceOptions({ ...definition, schema: schemaOf(service), ...changes }, urls.get(service)!, {
    max,
  });
  const dataSource = await new DataSource(options).initialize();
  open.push(dataSource);
  return dataSource;
}

beforeAll(async () => {
  database = await testDatabase();
  urls = new Map((await provisionSchemas(database.adminUrl, services)).map(({ service, url }) => [service, url]));
  await migrate(await connect('adapter-ledger'));
});

afterEach(async () => {
  for (const dataSource of open.splice(0)) await dataSource.destroy();
});

afterAll(async () => {
  await database.drop();
});

describe('the schema of a service', () => {
  it('another service’s table answers permission denied (W10)', async () => {
    const stranger = await connect('stranger', { entities: [], migrations: [] });
    for (const statement of [
      'SELECT * FROM adapter_ledger.account',
      `INSERT INTO adapter_ledger.account VALUES ('a', 'a', 1)`,
      'DROP TABLE adapter_ledger.account',
      'CREATE TABLE adapter_ledger.mine (id text)',
      'CREATE TABLE public.mine (id text)',
      'CREATE SCHEMA mine',
      'SET ROLE adapter_ledger',
    ]) {
      await expect(stranger.query(statement)).rejects.toThrow(/permission denied/);
    }
  });

  it('is provisioned as often as one likes, by several at once, and takes a new password', async () => {
    await Promise.all([1, 2, 3].map(() => provisionSchemas(database.adminUrl, services)));
    const again = await provisionSchemas(database.adminUrl, [{ service: 'stranger', password: 'changed' }]);
    const dataSource = new DataSource(
      dataSourceOptions({ schema: 'stranger', entities: [], migrations: [] }, again[0]!.url),
    );
    open.push(await dataSource.initialize());
    await expect(dataSource.query('SELECT current_user AS name')).resolves.toEqual([{ name: 'stranger' }]);
    await provisionSchemas(database.adminUrl, services);
  });

  it('refuses a name that could not be one of a schema', () => {
    expect(() => schemaOf('a"; DROP ROLE b')).toThrow('cannot be the name');
  });
});

describe('migrations', () => {
  const schemaOfReplicas = { entities: [Account], migrations: [Accounts1700000000000, Slow1700000000001] };

  it('run once when replicas start together, each with a single connection', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => connect('stranger', schemaOfReplicas, 1)));
    for (const replica of replicas) await replica.query(`SET statement_timeout = '100ms'`);
    await Promise.all(replicas.map((replica) => migrate(replica)));
    const [first] = replicas;
    const rows = await first!.query<{ name: string }[]>('SELECT name FROM stranger.migrations ORDER BY id');
    expect(rows.map((row) => row.name)).toEqual(['Accounts1700000000000', 'Slow1700000000001']);
    const [timeout] = await first!.query<{ statement_timeout: string }[]>('SHOW statement_timeout');
    expect(timeout?.statement_timeout).toBe('30s');
  });

  it('equal the entities, or the drift says what is missing', async () => {
    @Entity({ name: 'account' })
    class Richer extends Account {
      @Column('text', { nullable: true })
      note!: string | null;
    }
    expect(await driftOf(await connect('adapter-ledger'))).toEqual([]);
    const drift = await driftOf(await connect('adapter-ledger', { entities: [Richer] }));
    expect(drift.join('\n')).toMatch(/ADD "note" text/);
  });
});

describe('a unit of work', () => {
  async function withAccounts(): Promise<{ dataSource: DataSource; unitOfWork: UnitOfWork }> {
    const dataSource = await connect('adapter-ledger');
    await dataSource.query('DELETE FROM account');
    await dataSource.query(`INSERT INTO account VALUES ('a', 'a', 0), ('b', 'b', 0)`);
    return { dataSource, unitOfWork: new UnitOfWork(dataSource) };
  }

  it('is run again after a serialization failure, and counts once', async () => {
    const { dataSource, unitOfWork } = await withAccounts();
    const bothHaveRead = Promise.withResolvers<undefined>();
    let reads = 0;
    const committed: string[] = [];
    const add = (who: string) =>
      unitOfWork.run(
        async (manager) => {
          unitOfWork.afterCommit(() => committed.push(who));
          const account = await manager.findOneByOrFail(Account, { id: 'a' });
          reads += 1;
          if (reads === 2) bothHaveRead.resolve(undefined);
          await bothHaveRead.promise;
          await manager.update(Account, { id: 'a' }, { balance: account.balance + 1 });
        },
        { isolation: 'SERIALIZABLE' },
      );
    await Promise.all([add('one'), add('two')]);
    expect(reads).toBe(3);
    expect(committed.sort()).toEqual(['one', 'two']);
    expect(await dataSource.manager.findOneByOrFail(Account, { id: 'a' })).toMatchObject({ balance: 2 });
  });

  it('is run again after a deadlock', async () => {
    const { dataSource, unitOfWork } = await withAccounts();
    const bothHold = Promise.withResolvers<undefined>();
    let holding = 0;
    const transfer = (from: string, to: string) =>
      unitOfWork.run(async (manager) => {
        await manager.decrement(Account, { id: from }, 'balance', 1);
        holding += 1;
        if (holding === 2) bothHold.resolve(undefined);
        await bothHold.promise;
        await manager.increment(Account, { id: to }, 'balance', 1);
      });
    await Promise.all([transfer('a', 'b'), transfer('b', 'a')]);
    expect(holding).toBe(3);
    expect(await dataSource.manager.sum(Account, 'balance')).toBe(0);
  });

  it('gives up after five times, and forgets what was to follow', async () => {
    const { unitOfWork } = await withAccounts();
    let runs = 0;
    let followed = false;
    const work = unitOfWork.run(() => {
      runs += 1;
      unitOfWork.afterCommit(() => (followed = true));
      return Promise.reject(Object.assign(new Error('could not serialize'), { code: '40001' }));
    });
    await expect(work).rejects.toThrow('could not serialize');
    expect([runs, followed]).toEqual([5, false]);
  });

  it('tells by name which constraint two writers met at', async () => {
    const { unitOfWork } = await withAccounts();
    const error: unknown = await unitOfWork
      .run((manager) => manager.insert(Account, { id: 'c', name: 'a', balance: 0 }))
      .catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error, 'account_name_key')).toBe(true);
    expect(isUniqueViolation(error, 'account_pkey')).toBe(false);
  });
});
