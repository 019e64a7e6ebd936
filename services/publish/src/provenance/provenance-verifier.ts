import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import type { AttestedRelease, VerifiedBundle } from '@waybill/provenance';
import { fileTrustSource, publicGoodTrustSource, SigstoreTrust, verifyProvenance } from '@waybill/provenance';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { PublishConfig } from '../config.js';

/** What a newer root could find right. */
const curable: readonly string[] = ['provenance.certificate', 'provenance.log', 'provenance.timestamp'];
const retryAfterSeconds = 10;

/** Verifies Sigstore bundles by the roots that the operator trusts; what is asked of the network is asked in the background. */
@Injectable()
export class ProvenanceVerifier implements OnModuleInit, OnModuleDestroy {
  readonly #config: PublishConfig;
  readonly #log: Logger;
  #trust: SigstoreTrust | undefined;
  #ownDirectory: string | undefined;

  constructor(@Inject(SERVICE_CONFIG) config: PublishConfig, @Inject(LOGGER) log: Logger) {
    this.#config = config;
    this.#log = log;
  }

  async onModuleInit(): Promise<void> {
    const names = this.#config.WAYBILL_SIGSTORE_TRUST;
    const cacheDir = names.includes('public-good') ? await this.#cacheDir() : '';
    const sources = names.map((name) =>
      name === 'public-good' ? publicGoodTrustSource(cacheDir) : fileTrustSource(name),
    );
    this.#trust = await SigstoreTrust.open(sources, (source, error) => {
      this.#log.warn({ source, err: error }, 'A Sigstore trust root could not be renewed.');
    });
  }

  async onModuleDestroy(): Promise<void> {
    if (this.#ownDirectory !== undefined) await rm(this.#ownDirectory, { recursive: true, force: true, maxRetries: 3 });
  }

  /**
   * Errors: those of `verifyProvenance`; `unavailable` `provenance.trust-root-old` where it is refused by a root that came with Waybill,
   * and a newer one is being fetched.
   */
  verify(bytes: Uint8Array, release: AttestedRelease): VerifiedBundle {
    const trust = this.#trust;
    if (trust === undefined) throw new Error('Nothing is trusted before the module is initialized.');
    const roots = trust.roots();
    try {
      return verifyProvenance(bytes, release, roots);
    } catch (error) {
      if (!trust.isCatchingUp || !(error instanceof DomainError) || !curable.includes(error.code)) throw error;
      throw new DomainError(
        'unavailable',
        'provenance.trust-root-old',
        'The provenance bundle is not trusted by the roots that are known here; newer ones are being fetched.',
        { retryAfterSeconds, cause: error },
      );
    }
  }

  /** Nobody else's: who writes there decides what is trusted. */
  async #cacheDir(): Promise<string> {
    const configured = this.#config.WAYBILL_SIGSTORE_CACHE_DIR;
    if (configured === undefined) {
      this.#ownDirectory = await mkdtemp(join(tmpdir(), 'waybill-sigstore-'));
      return this.#ownDirectory;
    }
    await mkdir(configured, { recursive: true, mode: 0o700 });
    return configured;
  }
}
