import { defineService } from '@waybill/service-host';
import { ScannerModule } from './app.module.js';
import { config } from './config.js';
import { database } from './database/database.js';

export const service = defineService({
  name: 'scanner',
  config,
  module: () => ScannerModule,
  database,
});
