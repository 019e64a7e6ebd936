import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { TokenId } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER } from '@waybill/service-host';
import { LRUCache } from 'lru-cache';
import { addressKey } from '../throttles/address-key.rules.js';
import { clientFamily, keptUserAgent } from './client-family.rules.js';
import type { TokenUse } from './token-uses.repository.js';
import { TokenUsesRepository } from './token-uses.repository.js';

const flushEveryMs = 5000;
const maxWaiting = 2000;
const maxKnown = 50_000;
/** A use of a known kind is written down again after so long. */
const knownMs = 10 * 60_000;

/**
 * Remembers from where and with what tokens are used, writes it down in batches, and audits each kind of use of a token that
 * is new, once. What introspects waits for nothing of it.
 */
@Injectable()
export class TokenUseRecorder implements OnModuleInit, BeforeApplicationShutdown {
  readonly #known = new LRUCache<string, true>({ max: maxKnown, ttl: knownMs });
  #waiting = new Map<string, TokenUse>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly uses: TokenUsesRepository,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  used(tokenId: TokenId, from: { readonly clientAddress: string; readonly userAgent: string }): void {
    const family = clientFamily(from.userAgent);
    const place = addressKey(from.clientAddress);
    const key = `${tokenId} ${place} ${family}`;
    if (this.#known.has(key) || this.#waiting.has(key) || this.#waiting.size >= maxWaiting) return;
    const userAgent = keptUserAgent(from.userAgent);
    const at = new Date();
    this.#waiting.set(key, { tokenId, address: from.clientAddress, addressKey: place, userAgent, family, at });
  }

  /** Writes down what is waiting. What cannot be written is logged, and told of again at its next use. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    const uses = this.#waiting;
    if (uses.size === 0) return;
    this.#waiting = new Map();
    try {
      await this.unitOfWork.run(async (manager) => {
        for (const use of await this.uses.record(manager, [...uses.values()])) {
          const by = { actor: `token:${use.tokenId}`, userId: use.userId, clientAddress: use.addressKey };
          await this.audit.record(manager, by, {
            action: 'token.first-use',
            subject: `token:${use.tokenId}`,
            ...(use.organizationId === null ? {} : { organizationId: use.organizationId }),
            details: { address: use.addressKey, client: use.family },
          });
        }
      });
      for (const key of uses.keys()) this.#known.set(key, true);
    } catch (error) {
      this.log.warn({ err: error, count: uses.size }, 'uses of tokens not written');
    }
  }
}
