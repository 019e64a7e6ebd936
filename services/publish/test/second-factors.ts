import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { proveSecondFactor } from '@waybill/contracts';
import { DomainError, toDomainError } from '@waybill/domain';
import type { PublishEnvironment } from './publish-environment.js';

/** Who of the people has a second factor, as auth would answer; each code goes once. */
export class SecondFactors {
  readonly #codes = new Map<string, Set<string>>();
  readonly #services = new Set<string>();
  /** How often it was asked. */
  asked = 0;

  constructor({ operator }: Pick<PublishEnvironment, 'operator'>) {
    operator.subscribe(proveSecondFactor.subject, {
      callback: (error, message) => {
        if (error !== null) return;
        const { data, id } = message.json<{ data: unknown; id: string }>();
        message.respond(JSON.stringify({ response: this.#reply(data), isDisposed: true, id }));
      },
    });
  }

  /** Gives a person a second factor with these codes. */
  enroll(userId: string, ...codes: string[]): void {
    this.#codes.set(userId, new Set(codes));
  }

  isService(userId: string): void {
    this.#services.add(userId);
  }

  #reply(data: unknown): unknown {
    try {
      this.asked += 1;
      return { ok: this.#prove(proveSecondFactor.request.parse(data)) };
    } catch (error) {
      return { error: toDomainError(error).toWire() };
    }
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
