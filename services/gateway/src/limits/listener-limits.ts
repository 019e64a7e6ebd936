import type { ServerOptions } from 'node:http';

/** What one client may cost the gateway at most. */
export interface ListenerLimits {
  readonly maxHeaderBytes: number;
  readonly maxHeaderCount: number;
  /** From the first byte of a request to the end of its header: what a slow sender gets. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestTimeoutMs: number;
  /** Silence on a connection, in both directions. */
  readonly idleTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly maxConnections: number;
  /** 0 for no bound. */
  readonly maxConnectionsPerAddress: number;
  /** What a body must bring in at least, over the window below; 0 for no bound. */
  readonly minBodyBytesPerSecond: number;
  readonly bodyPaceWindowMs: number;
  readonly maxConcurrentRequests: number;
  /** How long a read waits for its service, all attempts together. */
  readonly readTimeoutMs: number;
  /** How long a write waits for its service: a publish may take its time to settle. */
  readonly writeTimeoutMs: number;
  /** How much of a refused body is read and thrown away, so that the client gets to read the refusal. */
  readonly maxDiscardedBytes: number;
  readonly discardTimeoutMs: number;
  /** How long requests in work may take when the gateway stops. */
  readonly drainMs: number;
}

export const defaultLimits: ListenerLimits = {
  maxHeaderBytes: 16_384,
  maxHeaderCount: 100,
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 1_800_000,
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 65_000,
  maxConnections: 10_000,
  maxConnectionsPerAddress: 2_000,
  minBodyBytesPerSecond: 512,
  bodyPaceWindowMs: 60_000,
  maxConcurrentRequests: 2_000,
  readTimeoutMs: 30_000,
  writeTimeoutMs: 60_000,
  maxDiscardedBytes: 64 * 1024 * 1024,
  discardTimeoutMs: 10_000,
  drainMs: 25_000,
};

/** The part of the limits that Node's HTTP server enforces itself; its parser stays in strict mode (security.md W5). */
export function serverOptions(limits: ListenerLimits): ServerOptions {
  return {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: 2_000,
    insecureHTTPParser: false,
    // Checked with the rest of the header: what stands behind such a request is not to be answered.
    requireHostHeader: false,
    // HTTP/1.1 is all there is; to go on with it is a server's right (RFC 9110, 7.8).
    shouldUpgradeCallback: () => false,
    noDelay: true,
  };
}
