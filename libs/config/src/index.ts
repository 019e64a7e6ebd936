export * from './secret.js';
export * from './read-config.js';
export * from './describe-config.js';
export * from './shapes.js';
export * from './together.js';
