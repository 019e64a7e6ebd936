import { busConfig, databaseConfig, hostConfig, settlementConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';

export const config = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  ...settlementConfig,
});

export const environment = process.env;
