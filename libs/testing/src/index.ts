export * from './eventually.js';
export * from './go-tools.js';
export * from './minio-server.js';
export * from './openldap-server.js';
export * from './temp-dir.js';
export * from './test-database.js';
export * from './test-nats.js';
export * from './verdaccio-server.js';
export { freePort } from '@waybill/embedded-servers';
