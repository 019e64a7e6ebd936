import { defineService } from '@waybill/service-host';
import { SearchModule } from './app.module.js';
import { config } from './config.js';
import { database } from './database/database.js';

export const service = defineService({
  name: 'search',
  config,
  module: () => SearchModule,
  database,
  databaseExtensions: ['pg_trgm'],
});
