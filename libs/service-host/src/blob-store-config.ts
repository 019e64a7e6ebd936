import type { BlobStoreConfig } from '@waybill/blob-storage';
import type { storeConfig } from '@waybill/config';
import { DomainError } from '@waybill/domain';
import type { z } from 'zod';

export type StoreConfig = { readonly [Key in keyof typeof storeConfig]?: z.infer<(typeof storeConfig)[Key]> };

/** What the configuration says of the object store; undefined for a service that has none. Errors: `invalid` `config.invalid`. */
export function blobStoreConfigOf(config: StoreConfig): BlobStoreConfig | undefined {
  if (config.WAYBILL_STORE_DRIVER === undefined) return undefined;
  if (config.WAYBILL_STORE_DRIVER === 'fs') {
    return { driver: 'fs', rootDir: needed('WAYBILL_STORE_DIR', config.WAYBILL_STORE_DIR) };
  }
  const region = config.WAYBILL_S3_REGION;
  return {
    driver: 's3',
    endpoint: needed('WAYBILL_S3_ENDPOINT', config.WAYBILL_S3_ENDPOINT),
    bucket: needed('WAYBILL_S3_BUCKET', config.WAYBILL_S3_BUCKET),
    accessKey: needed('WAYBILL_S3_ACCESS_KEY', config.WAYBILL_S3_ACCESS_KEY),
    secretKey: needed('WAYBILL_S3_SECRET_KEY', config.WAYBILL_S3_SECRET_KEY).reveal(),
    ...(region === undefined ? {} : { region }),
  };
}

function needed<Value>(name: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new DomainError(
    'invalid',
    'config.invalid',
    `The configuration is not usable. ${name}: needed by this store driver`,
  );
}
