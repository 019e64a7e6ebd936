export * from './blob-reply.js';
export * from './edge-context.js';
export * from './edge-description.js';
export * from './error-dialect.js';
export * from './route-declaration.js';
