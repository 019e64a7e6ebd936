import { Injectable } from '@nestjs/common';
import type { Principal, UserId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { TokenRevoker } from '../tokens/token-revoker.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import { UsersRepository } from '../users/users.repository.js';
import { WebLoginsRepository } from '../web-login/web-logins.repository.js';

/** Ends whatever a person can prove themselves with, for good: nothing of it ever works again (security.md A11). */
@Injectable()
export class CredentialEnder {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly revoker: TokenRevoker,
    private readonly webLogins: WebLoginsRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Sessions, tokens, sign-ins that are under way, and confirmed logins whose token nobody has fetched; all but the credential of `except`. Within
   * `CredentialChanges.run`. Answers how many, for the audit.
   */
  async endAllOf(
    manager: EntityManager,
    userId: UserId,
    { reason, except }: { readonly reason: 'owner' | 'admin'; readonly except?: Principal },
  ): Promise<{ endedSessions: number; revokedTokens: number }> {
    await this.users.endBegunSignIns(manager, userId);
    const keptSession = except?.kind === 'user' ? except.sessionId : undefined;
    const keptToken = except?.kind === 'token' ? except.tokenId : undefined;
    const sessions = await this.sessions.endAllOf(manager, userId, keptSession);
    this.changes.revoked(sessions);
    const revokedTokens = await this.revoker.revokeAllOf(manager, userId, { reason, except: keptToken });
    await this.webLogins.endConfirmedBy(manager, userId);
    await this.grantsChanged.announce(manager, userId);
    return { endedSessions: sessions.length, revokedTokens };
  }
}
