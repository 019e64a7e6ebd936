import type { NatsConnection } from '@nats-io/transport-node';
import { confirmApprovers } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { answerOnBus } from './bus-answer.js';

/** Who may still approve, as auth would answer: everybody who was not suspended or removed. */
export class KnownPeople {
  readonly #ended = new Set<string>();
  /** Whether auth is down. */
  isDown = false;
  /** How often it was asked. */
  asked = 0;

  constructor(bus: NatsConnection) {
    answerOnBus(bus, confirmApprovers, ({ approvals }) => {
      this.asked += 1;
      if (this.isDown) throw new DomainError('unavailable', 'service.unavailable', 'Not now.');
      return { mayApprove: approvals.map(({ userId }) => !this.#ended.has(userId)) };
    });
  }

  /** They may approve nothing from now on. */
  end(userId: string): void {
    this.#ended.add(userId);
  }
}
