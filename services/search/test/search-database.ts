import { dataSourceOptions, migrate, provisionSchemas } from '@waybill/persistence';
import { provisionExtensions } from '@waybill/service-host';
import type { TestDatabase } from '@waybill/testing';
import { testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { database as definition } from '../src/database/database.js';
import { service } from '../src/service.js';

export interface SearchDatabase extends TestDatabase {
  /** The address of the service's own role. */
  readonly serviceUrl: string;
}

/** A database as it is provisioned for the service. */
export async function searchDatabase(): Promise<SearchDatabase> {
  const database = await testDatabase();
  const [provisioned] = await provisionSchemas(database.adminUrl, [{ service: 'search', password: 'search' }]);
  await provisionExtensions(database.adminUrl, [service]);
  return { ...database, serviceUrl: provisioned?.url ?? '' };
}

export async function migratedDataSource(url: string): Promise<DataSource> {
  const dataSource = await new DataSource(dataSourceOptions(definition, url)).initialize();
  await migrate(dataSource);
  return dataSource;
}
