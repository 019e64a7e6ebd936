import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal, SessionId } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import type { LoginAttempt } from '../passwords/login-throttle.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { SessionSecret } from './session-cookie.rules.js';
import { hashSession, newSessionSecret } from './session-cookie.rules.js';
import { SessionsRepository } from './sessions.repository.js';

export interface OpenedSession {
  readonly secret: SessionSecret;
  readonly username: string;
  readonly expiresAt: Date;
  readonly maxAgeSeconds: number;
}

const maxSessionsPerUser = 50;

@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly login: PasswordLogin,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly changes: CredentialChanges,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Throws `unauthenticated` `login.failed`, `limit` `login.throttled`, `unavailable` `login.busy`. */
  async open(attempt: LoginAttempt & { readonly password: string }): Promise<OpenedSession> {
    const proven = await this.login.prove(attempt);
    const { userId, username } = proven;
    const secret = newSessionSecret();
    const maxAgeSeconds = this.config.WAYBILL_SESSION_MAX_HOURS * 3600;
    const now = new Date();
    const expiresAt = new Date(now.getTime() + maxAgeSeconds * 1000);
    await this.unitOfWork.run(async (manager) => {
      await this.login.requireStillProven(manager, proven);
      await this.sessions.sweep(manager);
      await this.sessions.endOldestOf(manager, userId, maxSessionsPerUser - 1);
      await this.sessions.insert(manager, {
        sessionId: randomUUID() as SessionId,
        userId,
        sessionHash: hashSession(secret),
        createdAt: now,
        expiresAt,
        provenAt: now,
        lastUsedAt: now,
      });
    });
    return { secret, username, expiresAt, maxAgeSeconds };
  }

  /** Ends the session that the caller came with, everywhere at once. Idempotent; a token has no session. */
  async end(caller: Principal): Promise<void> {
    if (caller.kind !== 'user') return;
    await this.changes.run(async (manager) => {
      const sessionHash = await this.sessions.end(manager, caller.sessionId);
      if (sessionHash === undefined) return;
      this.changes.revoked([sessionHash]);
      await this.grantsChanged.announce(manager, caller.userId);
    });
  }
}
