import { Injectable } from '@nestjs/common';
import { proveSecondFactor } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { requireFreshProof } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';

export interface Proof {
  /** Of the second factor. */
  readonly code?: string | undefined;
  readonly clientAddress: string;
}

/** How it was proven that a person is there, and not who took a credential of theirs. */
export type ProvenBy = 'session' | 'second-factor' | 'token';

/**
 * What a stolen credential must not do alone: approve releases, and loosen what holds them (security.md P8, W7). It is for people,
 * with a second factor where they have one: at a browser they have proven a moment ago who they are, and with a token they give a
 * code along.
 */
@Injectable()
export class PersonProof {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  /**
   * Uses the code up: ask what else there is to refuse first. `token`: the person has no second factor, so that nothing was asked.
   * Errors: `forbidden` `auth.people-only` | `auth.step-up-required`, `unauthenticated` `login.second-factor-needed` |
   * `login.second-factor-failed`, `limit`, `unavailable` when auth does not answer.
   */
  async prove(caller: Principal, { code, clientAddress }: Proof): Promise<ProvenBy> {
    if (caller.kind === 'user') {
      requireFreshProof(caller);
      return 'session';
    }
    if (caller.kind === 'anonymous' || caller.publisher !== undefined) throw peopleOnly();
    const answer = await this.#requests.ask(proveSecondFactor, {
      principal: caller,
      ...(code === undefined ? {} : { code }),
      clientAddress,
    });
    if (answer.account !== 'person') throw peopleOnly();
    return answer.secondFactor === 'proven' ? 'second-factor' : 'token';
  }
}

function peopleOnly(): DomainError {
  return new DomainError(
    'forbidden',
    'auth.people-only',
    'This is for people, and not for service accounts or trusted publishers.',
  );
}
