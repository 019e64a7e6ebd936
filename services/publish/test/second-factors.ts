import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { proveSecondFactor } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { answerOnBus } from './bus-answer.js';
import type { PublishEnvironment } from './publish-environment.js';

/** Who of the people has a second factor, as auth would answer; each code goes once. */
export class SecondFactors {
  readonly #codes = new Map<string, Set<string>>();
  readonly #services = new Set<string>();
  /** How often it was asked. */
  asked = 0;

  constructor({ operator }: Pick<PublishEnvironment, 'operator'>) {
    answerOnBus(operator, proveSecondFactor, (request) => {
      this.asked += 1;
      return this.#prove(request);
    });
  }

  /** Gives a person a second factor with these codes. */
  enroll(userId: string, ...codes: string[]): void {
    this.#codes.set(userId, new Set(codes));
  }

  isService(userId: string): void {
    this.#services.add(userId);
  }

  #prove({ principal, code }: RequestOf<typeof proveSecondFactor>): ReplyOf<typeof proveSecondFactor> {
    const userId = principal.kind === 'anonymous' ? '' : principal.userId;
    if (this.#services.has(userId)) return { account: 'service', secondFactor: 'none' };
    const codes = this.#codes.get(userId);
    if (codes === undefined) return { account: 'person', secondFactor: 'none' };
    if (code === undefined) throw new DomainError('unauthenticated', 'login.second-factor-needed', 'A code is needed.');
    if (codes.delete(code)) return { account: 'person', secondFactor: 'proven' };
    throw new DomainError('unauthenticated', 'login.second-factor-failed', 'That code is not right.');
  }
}
