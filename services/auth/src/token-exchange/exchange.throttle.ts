import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import { addressKey } from '../passwords/address-key.rules.js';
import { SlidingWindows } from '../passwords/sliding-windows.js';

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
  takeFor({ issuer, path, claims }: VerifiedIdToken): void {
    const project = path.repositoryId ?? path.repository ?? claims.values.get('sub');
    count(this.#all, `project ${issuer.url} ${String(project)}`);
  }

  failed(clientAddress: string): void {
    this.#failures?.add(`address ${addressKey(clientAddress)}`);
  }
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
