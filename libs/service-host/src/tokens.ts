/** What every provider of a hosted service can have injected, besides what `@waybill/messaging` offers. */
export const BLOB_STORE = Symbol('waybill.blob-store');
/** How to open the same object store in another thread. */
export const STORE_CONFIG = Symbol('waybill.store-config');
export const LOGGER = Symbol('waybill.logger');
export const METRICS = Symbol('waybill.metrics');
export const SERVICE_CONFIG = Symbol('waybill.service-config');
