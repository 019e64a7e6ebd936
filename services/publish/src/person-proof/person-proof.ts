import { Injectable } from '@nestjs/common';
import { proveSecondFactor } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import type { Proof, ProvenBy } from '@waybill/edge';
import { provePerson } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';

/** What a stolen credential must not do alone: approve releases, and loosen what holds them (security.md P8, W7). */
@Injectable()
export class PersonProof {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  /**
   * Uses the code up: ask what else there is to refuse first. Errors: those of `provePerson`, `unauthenticated`
   * `login.second-factor-needed` | `login.second-factor-failed`, `limit`, `unavailable` when auth does not answer.
   */
  prove(caller: Principal, { code, clientAddress }: Proof): Promise<ProvenBy> {
    return provePerson(caller, (principal) =>
      this.#requests.ask(proveSecondFactor, { principal, ...(code === undefined ? {} : { code }), clientAddress }),
    );
  }
}
