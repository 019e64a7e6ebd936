export * from './database-definition.js';
export * from './entity-rows.js';
export * from './joined-statement.js';
export * from './migrate.js';
export { isRetryable, isUniqueViolation } from './postgres-errors.js';
export * from './provision-schemas.js';
export * from './unavailable-database.js';
export * from './unit-of-work.js';
