import { testDatabase } from '@waybill/testing';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions, entityIn, type EntityRow, insertPart, provisionSchemas, runJoined } from '../src/index.js';

@Entity({ name: 'parcel' })
class Parcel {
  @PrimaryColumn('integer', { name: 'parcel_id' })
  parcelId!: number;

  @Column('bigint', { transformer: { to: (value: number) => value, from: Number } })
  grams!: number;

  @Column('json')
  contents!: unknown;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('timestamptz', { name: 'sent_at' })
  sentAt!: Date;
}

let database: Awaited<ReturnType<typeof testDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await testDatabase();
  const [provisioned] = await provisionSchemas(database.adminUrl, [{ service: 'joining', password: 'p' }]);
  const definition = { schema: 'joining', entities: [Parcel], migrations: [] };
  dataSource = await new DataSource(dataSourceOptions(definition, provisioned!.url)).initialize();
  await dataSource.query(
    `CREATE TABLE parcel (parcel_id integer PRIMARY KEY, grams bigint NOT NULL, contents json NOT NULL, note text,
                          sent_at timestamptz NOT NULL)`,
  );
  await dataSource.query('CREATE TABLE counted (name text PRIMARY KEY, parcels integer NOT NULL)');
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

function parcel(parcelId: number): Parcel {
  const contents = { zebra: ['$1', 'é'], apple: null };
  return Object.assign(new Parcel(), { parcelId, grams: 5e12, contents, note: null, sentAt: new Date(1e12 + 5) });
}

/** Counts one more of a name if it is counted as `from`, and sends a parcel with that. */
function send(sent: Parcel, from: number): Promise<{ parcels: number }[]> {
  const { manager } = dataSource;
  return runJoined(
    manager,
    {
      counting: {
        text: 'UPDATE counted SET parcels = $2::integer + 1 WHERE name = $1 AND parcels = $2 RETURNING parcels',
        values: ['a', from],
      },
      sending: insertPart(manager, Parcel, [sent], { source: 'counting' }),
    },
    'SELECT parcels FROM counting',
  );
}

describe('statements that are joined', () => {
  it('happen together, each with its own parameters', async () => {
    await dataSource.query(`INSERT INTO counted VALUES ('a', 1)`);
    expect(await send(parcel(1), 1)).toEqual([{ parcels: 2 }]);
    expect(await dataSource.query('SELECT parcel_id FROM parcel')).toEqual([{ parcel_id: 1 }]);
  });

  it('do nothing where the first one does nothing', async () => {
    expect(await send(parcel(2), 1)).toEqual([]);
    expect(await dataSource.query('SELECT parcel_id FROM parcel')).toEqual([{ parcel_id: 1 }]);
  });

  it('do nothing where one of them fails', async () => {
    await expect(send(parcel(1), 2)).rejects.toThrow('parcel_pkey');
    expect(await dataSource.query('SELECT parcels FROM counted')).toEqual([{ parcels: 2 }]);
  });
});

describe('an entity that is written and read as JSON', () => {
  it('is the same again, with the order of keys in its json', async () => {
    const { manager } = dataSource;
    const [row] = await dataSource.query<{ parcel: EntityRow }[]>('SELECT row_to_json(parcel) AS parcel FROM parcel');
    const read = entityIn(manager, Parcel, row!.parcel);
    expect(read).toBeInstanceOf(Parcel);
    expect(read).toEqual(parcel(1));
    expect(JSON.stringify(read.contents)).toBe(JSON.stringify(parcel(1).contents));
  });
});
