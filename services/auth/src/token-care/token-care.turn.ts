import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { AuthMail } from '../mail/auth-mail.js';
import { TokenRevoker } from '../tokens/token-revoker.js';
import { HourlyTurn } from '../hourly-turn.js';
import { TokenCareRepository } from './token-care.repository.js';
import { TokenRecipients } from './token-recipients.js';

const by = { actor: 'policy' };

/**
 * Once an hour, on one replica at a time: tells owners of tokens that end soon, revokes those that nobody uses where the
 * installation wants that, and forgets tokens made from tokens long after their end.
 */
@Injectable()
export class TokenCare extends HourlyTurn {
  constructor(
    private readonly care: TokenCareRepository,
    private readonly recipients: TokenRecipients,
    private readonly revoker: TokenRevoker,
    private readonly mail: AuthMail,
    private readonly changes: CredentialChanges,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super(log, 'tokens not looked after');
  }

  protected override async turn(): Promise<void> {
    // Where no mail is sent nobody is told, and nothing is marked as told.
    const tells = await this.mail.configured();
    await this.changes.run(async (manager) => {
      if (!(await this.care.takeTurn(manager))) return;
      if (tells) await this.#tell(manager);
      await this.#revokeUnused(manager);
      await this.care.deleteEnded(manager);
    });
  }

  async #tell(manager: EntityManager): Promise<void> {
    for (const { tokenId, prefix, description, expiresAt } of await this.care.claimExpiring(manager)) {
      for (const { to, username } of await this.recipients.of(manager, tokenId)) {
        const values = { username, prefix, description, expiresAt: expiresAt.toISOString() };
        this.mail.send({ to, template: 'token-expiring', values });
      }
    }
  }

  async #revokeUnused(manager: EntityManager): Promise<void> {
    const unusedDays = this.config.WAYBILL_TOKEN_UNUSED_DAYS;
    if (unusedDays === 0) return;
    const tokenIds = (await this.care.findUnused(manager, unusedDays)).map(({ tokenId }) => tokenId);
    if (tokenIds.length === 0) return;
    await this.revoker.revokeWithin(manager, by, { tokenIds }, { reason: 'expired', unusedDays });
    this.log.info({ count: tokenIds.length, days: unusedDays }, 'unused tokens revoked');
  }
}
