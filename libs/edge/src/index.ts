export * from './blob-reply.js';
export { artifactCaching, documentCaching, forThisCallerOnly } from './caching-headers.js';
export { cacheable, type CacheHint } from './cache-hint.js';
export * from './cookie-name.js';
export * from './domain-error.filter.js';
export * from './edge-bridge.js';
export * from './edge-client.js';
export * from './edge-context.js';
export * from './edge-description.js';
export * from './edge-directory.js';
export * from './edge-fastify-adapter.js';
export { EdgePurge } from './edge-purge.js';
export * from './edge.module.js';
export * from './error-dialect.js';
export { GatewayNews } from './gateway-news.js';
export * from './header-filter.js';
export { type FieldProblem, invalidRequest, type RequestPart } from './invalid-request.js';
export * from './permission.guard.js';
export {
  type Proof,
  type ProvenBy,
  proofOf,
  provePerson,
  type TokenPrincipal,
  type TokenProof,
} from './person-proof.js';
export { type RefusedAccess, RefusalListener } from './refusal-listener.js';
export * from './request-target.js';
export * from './route-declaration.js';
export * from './route-inventory.js';
export { edgeSubject, type HeaderMap } from './edge-message.js';
export { maxInlineBytes } from './wire-codec.js';
