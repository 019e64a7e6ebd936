export * from './logger.js';
export * from './metrics.js';
export * from './redact.js';
export * from './tracing.js';
