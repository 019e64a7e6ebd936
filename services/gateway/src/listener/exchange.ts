import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobStore } from '@waybill/blob-storage';
import type { EdgeClient, EdgeDescription, EdgeDirectory } from '@waybill/edge';
import type { PrincipalCache } from '../credentials/principal-cache.js';
import type { ClientAddressOf } from '../limits/trusted-proxies.js';
import type { DownloadCounts } from '../download-counts/download-counts.js';
import type { ListenerLimits } from '../limits/listener-limits.js';
import type { RateLimits } from '../limits/rate-limits.js';
import type { EdgeCache } from '../edge-cache/edge-cache.js';
import type { ReadThrough } from '../edge-cache/read-through.js';
import type { AccessLog, RequestLog, RequestMeter } from './access-log.js';

export interface GatewayParts {
  readonly client: Pick<EdgeClient, 'send'>;
  readonly directory: Pick<EdgeDirectory, 'route' | 'descriptions' | 'replicasOf'>;
  readonly principals: PrincipalCache;
  readonly store: BlobStore;
  readonly log: AccessLog;
  readonly requests: RequestLog;
  readonly cache: EdgeCache;
  readonly reads: ReadThrough;
  readonly meter: RequestMeter;
  readonly limits: ListenerLimits;
  readonly rates: RateLimits;
  readonly downloads: Pick<DownloadCounts, 'countDownload' | 'delivered'>;
  readonly clientAddressOf: ClientAddressOf;
  /**
   * The address of the installation for this client, without a trailing slash. Errors: `invalid` `http.forwarding` when
   * proxies contradict each other.
   */
  readonly externalUrlOf: (request: IncomingMessage) => string;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly target: string;
  /** Whether the client waits for `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean;
  /** Ends when the client goes away. */
  readonly signal: AbortSignal;
  description?: EdgeDescription;
}
