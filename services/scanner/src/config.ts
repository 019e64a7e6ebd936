import { busConfig, databaseConfig, hostConfig, storeConfig } from '@waybill/config';
import { z } from 'zod';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const config = z.object({
  ...busConfig,
  ...databaseConfig,
  ...storeConfig,
  ...hostConfig,
  WAYBILL_SCAN_SECONDS: count(1, 3600).default(120).describe('Wall clock that the scan of one release may take.'),
  WAYBILL_SCAN_WORKERS: count(1, 64)
    .default(2)
    .describe('Releases that are scanned at the same time; each takes one core.'),
  WAYBILL_SCAN_UNPACKED_BYTES: count(1_048_576, 1_099_511_627_776)
    .default(4 * 1024 ** 3)
    .describe('Bytes that the artifacts of one release may unpack to.'),
  WAYBILL_SCAN_ENTRIES: count(1, 10_000_000)
    .default(200_000)
    .describe('Files that the artifacts of one release may have.'),
  WAYBILL_SCAN_MEMORY_MB: count(128, 65_536)
    .default(512)
    .describe('Heap of one worker in mebibytes; a scan that needs more is not complete.'),
});

export type ScannerConfig = z.infer<typeof config>;

export const environment: Readonly<Record<string, string | undefined>> = process.env;
