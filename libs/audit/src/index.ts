export * from './audit-actor.js';
export * from './audit-event.entity.js';
export * from './audit-table.migration.js';
export * from './audit-trail.js';
export * from './audit.module.js';
export * from './audited-actions.js';
export { boundedDetails } from './bounded-details.js';
export * from './refusal-auditor.js';
export * from './refusals.js';
