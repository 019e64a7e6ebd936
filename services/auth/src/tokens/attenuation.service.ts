import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { Principal, TokenScope } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { UsersRepository } from '../users/users.repository.js';
import { attenuatedExpiry } from './attenuation.rules.js';
import { mustSignIn } from './must-sign-in.js';
import type { MintedToken } from './token-minter.js';
import { TokenCreation } from './token-creation.service.js';
import { TokensRepository } from './tokens.repository.js';

export interface AttenuationWish {
  readonly description: string;
  /** Those of the token that asks unless given. What is wider than that has no effect. */
  readonly scopes: readonly TokenScope[] | undefined;
  readonly expiresAt: Date | undefined;
  readonly ttlSeconds: number | undefined;
}

/** A token makes a narrower, shorter one of itself, for a part of its work (security.md A4; docs/adr/0042). */
@Injectable()
export class Attenuation {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly users: UsersRepository,
    private readonly creation: TokenCreation,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Throws `unauthenticated`, `forbidden` `token.attenuation-needs-token` for a session, `token.beyond-ceiling` where it is to
   * live longer than the token that asks, `invalid` `token.expiry`, `conflict` `token.too-many`, `token.too-deep`.
   */
  attenuate(by: AuditActor, caller: Principal, wish: AttenuationWish): Promise<MintedToken> {
    return this.unitOfWork.run(async (manager) => {
      if (caller.kind === 'anonymous') throw mustSignIn();
      if (caller.kind === 'user') throw needsToken();
      // The first of the line before the one that asks: in the order in which a revocation goes.
      const asking = await this.tokens.findUnrevoked(caller.tokenId, manager);
      const root = asking && (await this.tokens.lockWorkingAlone(manager, asking.rootId ?? asking.tokenId));
      const parent = root && (await this.tokens.lockWorking(manager, caller.tokenId));
      const user = parent && (await this.users.findById(parent.userId, manager));
      if (parent === undefined || user === undefined || user.suspended) throw mustSignIn();
      const { description, scopes = parent.scopes, ...lifetime } = wish;
      const expiresAt = attenuatedExpiry({ now: new Date(), ...lifetime, ceiling: parent.expiresAt });
      const { userId, organizationId } = user;
      return this.creation.mint(manager, by, { userId, description, scopes, expiresAt }, { organizationId, parent });
    });
  }
}

function needsToken(): DomainError {
  return new DomainError(
    'forbidden',
    'token.attenuation-needs-token',
    'A token makes a narrower one of itself; whoever is signed in at a browser makes a new one.',
  );
}
