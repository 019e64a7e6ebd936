import { Inject, Injectable } from '@nestjs/common';
import type { Principal, TokenHash } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import { ownerActions } from '../package-owners/package-owners.rules.js';
import type { KnownSession, KnownToken } from './introspection.repository.js';
import { IntrospectionRepository } from './introspection.repository.js';
import { LastUseRecorder } from './last-use.recorder.js';

/** Who a credential stands for, and when it ends; both null for what is unknown, expired, revoked or suspended. */
export interface Introspection {
  readonly principal: Principal | null;
  readonly expiresAt: Date | null;
}

/** For so long after a proof the person counts as freshly proven (security.md W7). */
const provenMilliseconds = 15 * 60_000;

const nobody: Introspection = { principal: null, expiresAt: null };

@Injectable()
export class IntrospectionService {
  constructor(
    private readonly repository: IntrospectionRepository,
    private readonly lastUse: LastUseRecorder,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  async ofToken(tokenHash: TokenHash): Promise<Introspection> {
    const token = await this.repository.findToken(tokenHash);
    if (token === undefined) return nobody;
    const { tokenId, scopes, expiresAt, lastUsedAt } = token;
    this.lastUse.tokenUsed(tokenId, lastUsedAt);
    return { principal: { kind: 'token', tokenId, scopes, ...personOf(token) }, expiresAt };
  }

  async ofSession(sessionHash: TokenHash): Promise<Introspection> {
    const idleMinutes = this.config.WAYBILL_SESSION_IDLE_MINUTES;
    const session = await this.repository.findSession(sessionHash, idleMinutes);
    if (session === undefined) return nobody;
    const { sessionId, lastUsedAt, provenAt } = session;
    this.lastUse.sessionUsed(sessionId, lastUsedAt);
    const idleEnd = Date.now() + idleMinutes * 60_000;
    const expiresAt = new Date(Math.min(session.expiresAt.getTime(), idleEnd));
    const provenUntil = new Date(provenAt.getTime() + provenMilliseconds).toISOString();
    return { principal: { kind: 'user', sessionId, provenUntil, ...personOf(session) }, expiresAt };
  }
}

function personOf({ userId, username, installationAdmin, memberships, ownedPackages }: KnownToken | KnownSession) {
  const grants = [
    ...memberships.map((membership) => ({ kind: 'organization' as const, ...membership })),
    ...ownedPackages.map((owned) => ({ kind: 'package' as const, ...owned, actions: ownerActions })),
  ];
  return { userId, username, installationAdmin, grants };
}
