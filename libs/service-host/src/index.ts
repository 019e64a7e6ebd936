export * from './health-server.js';
export * from './provision-extensions.js';
export * from './run-service.js';
export * from './service-definition.js';
export * from './start-service.js';
export * from './tokens.js';
export { NATS_CONNECTION } from '@waybill/messaging';
