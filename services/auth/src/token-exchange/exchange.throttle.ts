import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import { addressKey } from '../throttles/address-key.rules.js';
import { SlidingWindows } from '../throttles/sliding-windows.js';

const windowSeconds = 60;

/**
 * Everybody may try, nobody floods (security.md W4): counted per address, and per project of an issuer once the token is
 * verified. Not per issuer: whoever has a repository at a public one could shut out all others there.
 */
@Injectable()
export class ExchangeThrottle {
  readonly #all: SlidingWindows | undefined;
  readonly #failures: SlidingWindows | undefined;

  constructor(@Inject(SERVICE_CONFIG) config: AuthConfig) {
    this.#all = windowsOf(config.WAYBILL_OIDC_EXCHANGES_PER_MINUTE);
    this.#failures = windowsOf(config.WAYBILL_OIDC_FAILURES_PER_MINUTE);
  }

  /** Throws `limit` `oidc.throttled`. */
  take(clientAddress: string): void {
    const key = `address ${addressKey(clientAddress)}`;
    wait(this.#failures, key);
    count(this.#all, key);
  }

  /** The same for where a verified token is from. */
  takeFor(verified: VerifiedIdToken): void {
    const key = projectKey(verified);
    wait(this.#failures, key);
    count(this.#all, key);
  }

  /** Of a token that verifies its project's failure, not its address's: behind one address are the jobs of many projects. */
  failed(clientAddress: string, verified?: VerifiedIdToken): void {
    this.#failures?.add(verified === undefined ? `address ${addressKey(clientAddress)}` : projectKey(verified));
  }
}

function projectKey({ issuer, path, claims }: VerifiedIdToken): string {
  const project = path.repositoryId ?? path.repository ?? claims.values.get('sub');
  return `project ${issuer.url} ${String(project)}`;
}

function windowsOf(limit: number): SlidingWindows | undefined {
  return limit === 0 ? undefined : new SlidingWindows({ windowSeconds, limit });
}

function count(windows: SlidingWindows | undefined, key: string): void {
  wait(windows, key);
  windows?.add(key);
}

function wait(windows: SlidingWindows | undefined, key: string): void {
  const waitMs = windows?.waitMs(key) ?? 0;
  if (waitMs <= 0) return;
  throw new DomainError('limit', 'oidc.throttled', 'Too many tokens are exchanged from there; try again later.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
