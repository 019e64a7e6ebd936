import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { proveSecondFactor } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { PersonProof } from './person-proof.js';

/** Second factors where a token alone is not enough, asked by the service that decides that. */
@Controller()
export class PersonProofMessageController {
  constructor(private readonly person: PersonProof) {}

  @Answers(proveSecondFactor)
  prove({ principal, ...proof }: RequestOf<typeof proveSecondFactor>): Promise<ReplyOf<typeof proveSecondFactor>> {
    return this.person.ofToken(principal, proof);
  }
}
