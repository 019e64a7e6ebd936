import { Injectable } from '@nestjs/common';
import { proveSecondFactor } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { DomainError, isFreshlyProven } from '@waybill/domain';
import { RequestClient } from '@waybill/messaging';

export interface Proof {
  /** Of the second factor. */
  readonly code?: string | undefined;
  readonly clientAddress: string;
}

/** How it was proven that a person approves, and not who took a credential of theirs. */
export type ProvenBy = 'session' | 'second-factor' | 'token';

/**
 * Releases are approved by people, with a second factor where they have one (security.md P8): at a browser they have proven
 * a moment ago who they are, and with a token they give a code along.
 */
@Injectable()
export class ApproverProof {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  /**
   * Uses the code up. Errors: `forbidden` `staged-release.people-only` | `auth.step-up-required`, `unauthenticated`
   * `login.second-factor-needed` | `login.second-factor-failed`, `limit`, `unavailable` when auth does not answer.
   */
  async prove(caller: Principal, { code, clientAddress }: Proof): Promise<ProvenBy> {
    if (caller.kind === 'user') {
      if (isFreshlyProven(caller)) return 'session';
      throw new DomainError(
        'forbidden',
        'auth.step-up-required',
        'Prove that it is you first: give your password, or your second factor, at POST /api/v1/session/proof.',
      );
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
    'staged-release.people-only',
    'Staged releases are approved by people, not by service accounts or trusted publishers.',
  );
}
