import { busConfig, databaseConfig, hostConfig } from '@waybill/config';
import { z } from 'zod';

export const config = z.object({ ...busConfig, ...databaseConfig, ...hostConfig });

export const environment: Readonly<Record<string, string | undefined>> = process.env;
