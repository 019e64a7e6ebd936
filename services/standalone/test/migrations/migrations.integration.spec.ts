import { dataSourceOptions, driftOf } from '@waybill/persistence';
import type { DatabaseDefinition } from '@waybill/persistence';
import type { ServiceDefinition } from '@waybill/service-host';
import { testDatabase } from '@waybill/testing';
import { DataSource, MigrationExecutor } from 'typeorm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { services } from '../../src/services.js';
import { pictureOf } from './schema-picture.js';

type WithDatabase = ServiceDefinition & { readonly database: DatabaseDefinition };

/** A data source of the service, in a database of its own. */
async function opened({ database, databaseExtensions = [] }: WithDatabase): Promise<DataSource> {
  const empty = await testDatabase({ schema: database.schema });
  onTestFinished(() => empty.drop());
  const admin = await new DataSource({ type: 'postgres', url: empty.adminUrl, installExtensions: false }).initialize();
  for (const extension of databaseExtensions) await admin.query(`CREATE EXTENSION "${extension}"`);
  await admin.destroy();
  return new DataSource(dataSourceOptions(database, empty.url)).initialize();
}

describe.each(services.filter((service): service is WithDatabase => service.database !== undefined))(
  'the migrations of $name',
  (service) => {
    it('go down one by one to what was there before each of them, and up again to what the entities say', async () => {
      const { schema } = service.database;
      const dataSource = await opened(service);
      try {
        const names = dataSource.migrations.map(({ name }) => name);
        const executor = new MigrationExecutor(dataSource);
        const before = [];
        for (const migration of await executor.getPendingMigrations()) {
          before.push({ name: migration.name, picture: await pictureOf(dataSource, schema) });
          await executor.executeMigration(migration);
        }
        expect(before).toHaveLength(names.length);
        const whole = await pictureOf(dataSource, schema);
        for (const { name, picture } of before.toReversed()) {
          await dataSource.undoLastMigration();
          expect({ name, picture: await pictureOf(dataSource, schema) }).toEqual({ name, picture });
        }
        expect(before[0]?.picture).toEqual([]);
        await dataSource.runMigrations();
        expect(await pictureOf(dataSource, schema)).toEqual(whole);
        expect(await driftOf(dataSource)).toEqual([]);
      } finally {
        await dataSource.destroy();
      }
    });
  },
);
