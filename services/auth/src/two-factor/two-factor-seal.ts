import { Inject, Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { Seal } from '@waybill/sealing';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';

/** Secrets of second factors as they are stored: each bound to its user (security.md W6). */
@Injectable()
export class TwoFactorSeal {
  readonly #seal: Seal;

  constructor(@Inject(SERVICE_CONFIG) config: AuthConfig) {
    this.#seal = new Seal(config.WAYBILL_AUTH_KEY_SECRET.reveal(), 'waybill second factor v1');
  }

  seal(userId: UserId, secret: Buffer): Buffer {
    return this.#seal.seal(userId, secret);
  }

  /** Errors: `internal` `seal.broken`. */
  open(userId: UserId, sealed: Buffer): Buffer {
    return this.#seal.open(userId, sealed);
  }
}
