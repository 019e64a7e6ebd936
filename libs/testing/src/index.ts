export * from './go-tools.js';
export * from './minio-server.js';
