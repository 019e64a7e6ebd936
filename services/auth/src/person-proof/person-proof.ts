import { Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { Proof, ProvenBy, TokenProof } from '@waybill/edge';
import { provePerson } from '@waybill/edge';
import { SignInFailures } from '../passwords/sign-in-failures.js';
import { SecondFactor, secondFactorNeeded } from '../two-factor/second-factor.js';
import { UsersRepository } from '../users/users.repository.js';

/**
 * What a stolen credential must not do alone (security.md W7, P8): to take a second factor away, to open accounts of others or new ones,
 * to make administrators of the installation, and to say whose identity tokens are believed. All of it would be a way to prove
 * everything else.
 */
@Injectable()
export class PersonProof {
  constructor(
    private readonly users: UsersRepository,
    private readonly secondFactor: SecondFactor,
    private readonly failures: SignInFailures,
  ) {}

  /**
   * Uses the code up: ask what else there is to refuse first. Errors: those of `provePerson` and of `ofToken`.
   */
  prove(caller: Principal, proof: Proof): Promise<ProvenBy> {
    return provePerson(caller, (principal) => this.ofToken(principal, proof));
  }

  /**
   * Whose token it is, and their second factor, if they have one. Errors: `unauthenticated` `auth.required` |
   * `login.second-factor-needed` | `login.second-factor-failed`, `limit` `two-factor.throttled`.
   */
  async ofToken(principal: Principal, { code, clientAddress }: Proof): Promise<TokenProof> {
    const user = principal.kind === 'anonymous' ? undefined : await this.users.findById(principal.userId);
    if (user === undefined || user.suspended) {
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    }
    if (user.kind !== 'person') return { account: 'service', secondFactor: 'none' };
    if (user.twoFactorEnabledAt === null) return { account: 'person', secondFactor: 'none' };
    if (code === undefined || code === '') throw secondFactorNeeded();
    try {
      await this.secondFactor.useWithToken({ user, code, clientAddress });
    } catch (error) {
      this.failures.tell({ username: user.username, clientAddress }, error);
      throw error;
    }
    return { account: 'person', secondFactor: 'proven' };
  }
}
