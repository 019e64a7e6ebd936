import { Inject, Injectable } from '@nestjs/common';
import type { Principal, TokenHash } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import { grantsOfDeployToken } from '../deploy-tokens/deploy-token.rules.js';
import type { KnownSession, KnownToken } from './introspection.repository.js';
import { freshProofMilliseconds } from '../sessions/fresh-proof.rules.js';
import { IntrospectionRepository } from './introspection.repository.js';
import { grantsOfPublisherToken } from '../tokens/publisher-grants.rules.js';
import { TokenUseRecorder } from '../tokens/token-use.recorder.js';
import { LastUseRecorder } from './last-use.recorder.js';
import { grantsOfPerson } from './person-grants.rules.js';

/** Who a credential stands for, and when it ends; both null for what is unknown, expired, revoked or suspended. */
export interface Introspection {
  readonly principal: Principal | null;
  readonly expiresAt: Date | null;
}

/** Where the gateway met the credential. */
export interface SeenFrom {
  readonly clientAddress: string;
  readonly userAgent: string;
}

type TokenPublisher = Extract<Principal, { kind: 'token' }>['publisher'];

const nobody: Introspection = { principal: null, expiresAt: null };

@Injectable()
export class IntrospectionService {
  constructor(
    private readonly repository: IntrospectionRepository,
    private readonly lastUse: LastUseRecorder,
    private readonly uses: TokenUseRecorder,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async ofToken(tokenHash: TokenHash, from?: SeenFrom): Promise<Introspection> {
    const token = await this.repository.findToken(tokenHash);
    if (token === undefined) return nobody;
    const { tokenId, kind, scopes, ceilings, expiresAt, lastUsedAt } = token;
    this.lastUse.tokenUsed(tokenId, lastUsedAt);
    if (from !== undefined) this.uses.used(tokenId, from);
    const bounds = ceilings.length === 0 ? { scopes } : { scopes, ceilings };
    const person = this.#personOf(token);
    const publisher = publisherOf(token);
    if (publisher !== undefined) {
      // It stands for nobody either, and can do nothing but its scopes (security.md T10).
      const grants = grantsOfPublisherToken(scopes);
      return { principal: { kind: 'token', tokenId, scopes, ...person, grants, publisher }, expiresAt };
    }
    // A deploy token stands for nobody: what its repository gave it, the first of its line at most, is all that it has.
    const grants = kind === 'deploy' ? grantsOfDeployToken(bounds) : person.grants;
    return { principal: { kind: 'token', tokenId, ...bounds, ...person, grants }, expiresAt };
  }

  async ofSession(sessionHash: TokenHash): Promise<Introspection> {
    const idleMinutes = this.config.WAYBILL_SESSION_IDLE_MINUTES;
    const session = await this.repository.findSession(sessionHash, idleMinutes);
    if (session === undefined) return nobody;
    const { sessionId, lastUsedAt, provenAt } = session;
    this.lastUse.sessionUsed(sessionId, lastUsedAt);
    const idleEnd = Date.now() + idleMinutes * 60_000;
    const expiresAt = new Date(Math.min(session.expiresAt.getTime(), idleEnd));
    const provenUntil = new Date(provenAt.getTime() + freshProofMilliseconds).toISOString();
    return { principal: { kind: 'user', sessionId, provenUntil, ...this.#personOf(session) }, expiresAt };
  }

  #personOf({ userId, username, installationAdmin, ...given }: KnownToken | KnownSession) {
    const { grants, left } = grantsOfPerson(given);
    if (left > 0) {
      this.log.error(
        { 'user.id': userId, given: grants.length, left },
        'more grants than one can have: some give nothing',
      );
    }
    return { userId, username, installationAdmin, grants };
  }
}

function publisherOf({ publisherIds: [publisherId], releasePath: path, otherPaths }: KnownToken): TokenPublisher {
  if (publisherId === undefined || path === null) return undefined;
  return { publisherId, path, ...(otherPaths === null ? {} : { otherPaths }) };
}
