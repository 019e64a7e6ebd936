export * from './database-definition.js';
export * from './migrate.js';
export * from './postgres-errors.js';
export * from './provision-schemas.js';
export * from './unit-of-work.js';
