import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { findCredential } from '../credentials/find-credential.js';
import type { PrincipalCache } from '../credentials/principal-cache.js';
import type { DownloadedRelease } from '../download-counts/download-tally.js';
import type { DownloadCounts } from '../download-counts/download-counts.js';
import { requireSoundHeader } from '../limits/sound-header.js';
import type { ListenerLimits } from '../limits/listener-limits.js';
import type { RateLimits } from '../limits/rate-limits.js';
import type { ClientAddressOf } from '../limits/trusted-proxies.js';
import { isTakenOver } from '../listener/one-at-a-time.js';
import type { CacheEntry } from './cached-target.js';
import type { EdgeCache } from './edge-cache.js';
import type { ReadThrough } from './read-through.js';
import { isInMemory, sendFromMemory } from './send-cached.js';

export interface HitPathParts {
  readonly cache: EdgeCache;
  readonly reads: ReadThrough;
  readonly principals: Pick<PrincipalCache, 'recall'>;
  readonly rates: Pick<RateLimits, 'takeRead'>;
  readonly limits: Pick<ListenerLimits, 'maxHeaderCount'>;
  readonly downloads: Pick<DownloadCounts, 'countDownload' | 'delivered'>;
  readonly clientAddressOf: ClientAddressOf;
  readonly externalUrlOf: (request: IncomingMessage) => string;
}

/** What was answered, for the log. */
export interface Hit {
  readonly requestId: string;
  readonly service: string;
  /** As it may stand in a log. */
  readonly path: string;
}

/**
 * Reads that memory answers, decided in one go: no promise, no timer, nothing that could be waited for. It makes the same
 * checks in the same order as the long way; whatever is not plain (a body, a condition on ranges, a credential that must be
 * asked about, a refusal of any kind) is left to that one, untouched.
 */
export class HitPath {
  constructor(private readonly parts: HitPathParts) {}

  /** Undefined when it did nothing. */
  answer(request: IncomingMessage, response: ServerResponse): Hit | undefined {
    const { cache } = this.parts;
    const { method, headers } = request;
    if ((method !== 'GET' && method !== 'HEAD') || isSpecial(headers)) return undefined;
    try {
      return this.answerPlain(request, response, cache);
    } catch (error) {
      // A refusal: the long way comes to the same one, and words it.
      if (response.headersSent) throw error;
      return undefined;
    }
  }

  private answerPlain(request: IncomingMessage, response: ServerResponse, cache: EdgeCache): Hit | undefined {
    const { parts } = this;
    const target = request.url ?? '';
    const externalUrl = parts.externalUrlOf(request);
    const entry = cache.find({ target, externalUrl, headers: request.headers });
    if (entry === undefined) return undefined;
    requireSoundHeader(request, parts.limits.maxHeaderCount);
    const principal = this.callerOf(request, entry, externalUrl);
    if (principal === undefined) return undefined;
    const { answer } = entry;
    const bytes = answer.blob === undefined ? undefined : cache.bytesOf(answer.blob.digest);
    if (!isInMemory(request, answer, bytes)) return undefined;
    const usable = parts.reads.use(entry, principal);
    if (usable === undefined) return undefined;
    parts.rates.takeRead(principal, parts.clientAddressOf(request));
    const requestId = randomUUID();
    sendFromMemory(request, response, answer, { requestId, cacheStatus: usable, bytes });
    this.count(request, response, answer.blob?.download);
    return { requestId, service: entry.target.description.service, path: entry.target.loggedPath };
  }

  private count(request: IncomingMessage, response: ServerResponse, download: DownloadedRelease | undefined): void {
    if (download === undefined || request.method !== 'GET' || response.statusCode !== 200) return;
    if (isTakenOver(response)) this.parts.downloads.delivered(download);
    else this.parts.downloads.countDownload(request, response, download);
  }

  /** Undefined for whoever cannot be told from memory, and for credentials that are refused or need a closer look. */
  private callerOf(request: IncomingMessage, { target }: CacheEntry, externalUrl: string): Principal | undefined {
    const credential = findCredential(request.headers, target.description.credentials, externalUrl);
    if (credential === undefined) return anonymous;
    if (credential.kind === 'session') return undefined;
    return this.parts.principals.recall(credential.hash) ?? undefined;
  }
}

/** Requests with a body, or about which the connection itself has a say. */
function isSpecial(headers: IncomingMessage['headers']): boolean {
  return (
    headers['content-length'] !== undefined ||
    headers['transfer-encoding'] !== undefined ||
    headers.upgrade !== undefined ||
    headers.expect !== undefined ||
    (headers.connection !== undefined && headers.connection !== 'keep-alive' && headers.connection !== 'close')
  );
}
