import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { TokenHash } from '@waybill/domain';
import { hashToken } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { AuthMail } from '../mail/auth-mail.js';
import { TokenRecipients } from '../token-care/token-recipients.js';
import { oneLine } from '../tokens/token.rules.js';
import { TokenRevoker } from '../tokens/token-revoker.js';
import type { RevokedToken } from '../tokens/tokens.repository.js';
import type { Leak } from './leak-report.schema.js';

/** Tokens that were found at one place. */
interface Find {
  readonly tokenHashes: readonly TokenHash[];
  readonly foundIn: string;
}

/**
 * Every report takes at least so long: as long as one takes of which a token worked, so that the time does not tell (A6).
 * Gateways confirm within 250 ms.
 */
const leastMilliseconds = 400;

@Injectable()
export class LeakReports {
  constructor(
    private readonly revoker: TokenRevoker,
    private readonly recipients: TokenRecipients,
    private readonly mail: AuthMail,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Tokens that somebody found where none should be: those that work end with everything that was made from them and with
   * them, at every gateway, and their owners are told. What is not ours, or works no more, is let be without a word.
   */
  async report(by: AuditActor, leaks: readonly Leak[]): Promise<void> {
    const finds = leaks.map(({ token, foundIn }) => ({ tokenHashes: [hashToken(token)], foundIn }));
    await Promise.all([this.#end(by, finds), delay(leastMilliseconds)]);
  }

  /** Tokens that the scanner found in a package; the number of those that worked until now. */
  found(tokenHashes: readonly TokenHash[], place: string): Promise<number> {
    const foundIn = oneLine(place);
    return this.#end({ actor: 'scanner' }, [{ tokenHashes, foundIn }]);
  }

  async #end(by: AuditActor, finds: readonly Find[]): Promise<number> {
    if (finds.length === 0) return 0;
    return this.changes.run(async (manager) => {
      let count = 0;
      for (const { tokenHashes, foundIn } of finds) {
        const ended = await this.revoker.revokeWithin(manager, by, { tokenHashes }, { reason: 'leaked', foundIn });
        for (const token of ended) await this.#tell(manager, token, foundIn);
        count += ended.length;
      }
      return count;
    });
  }

  async #tell(manager: EntityManager, { tokenId, prefix, description }: RevokedToken, foundIn: string): Promise<void> {
    const at = new Date().toISOString();
    for (const { to, username } of await this.recipients.of(manager, tokenId)) {
      const values = { username, prefix, description, foundIn, at };
      this.mail.send({ to, template: 'token-leaked', values });
    }
  }
}
