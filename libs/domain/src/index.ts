export * from './domain-error.js';
export * from './digest.js';
