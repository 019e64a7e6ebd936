import { createInbox, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { gatewayAlive, heard } from '@waybill/contracts';
import { GatewayRoll } from './gateway-roll.js';

const confirmationMilliseconds = 250;
/** Longer than a gateway that is cut off counts as alive. */
const allConfirmedMilliseconds = 5000;

/**
 * Tells every gateway something that it must act on before the sender answers its own client, and waits until all that
 * are alive have confirmed, at most 250 ms (architecture.md §4): one that is cut off treats what it keeps as stale anyway.
 */
export class GatewayNews {
  private readonly roll: GatewayRoll;

  constructor(
    private readonly connection: NatsConnection,
    private readonly service: string,
  ) {
    this.roll = new GatewayRoll(connection);
  }

  /** Begins to hear which gateways are alive. */
  start(): void {
    this.roll.start();
  }

  stop(): void {
    this.roll.stop();
  }

  /** True when all gateways that are alive have confirmed in time. Never throws. */
  async tell(subject: string, news: object): Promise<boolean> {
    if (this.connection.isClosed()) return false;
    const awaited = this.roll.alive();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const limit = setTimeout(resolve, confirmationMilliseconds, false);
    const { inbox, confirmations } = this.hearConfirmations((gatewayId) => {
      awaited.delete(gatewayId);
      if (awaited.size === 0) resolve(true);
    });
    try {
      this.connection.publish(subject, JSON.stringify(news), { reply: inbox });
      return awaited.size === 0 ? true : await promise;
    } catch {
      return false;
    } finally {
      clearTimeout(limit);
      confirmations.unsubscribe();
    }
  }

  /**
   * As `tell`, where silence is no consent: it is told again until every gateway has confirmed or is not heard any more,
   * which is when its own rules for a lost bus hold. For at most five seconds; false when one lives and has not confirmed.
   */
  async tellAll(subject: string, news: object): Promise<boolean> {
    if (this.connection.isClosed()) return false;
    const confirmed = new Set<string>();
    let wake: () => void = () => undefined;
    const { inbox, confirmations } = this.hearConfirmations((gatewayId) => {
      confirmed.add(gatewayId);
      if (this.haveAll(confirmed)) wake();
    });
    try {
      const until = performance.now() + allConfirmedMilliseconds;
      while (performance.now() < until) {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        const limit = setTimeout(resolve, confirmationMilliseconds, undefined);
        wake = () => resolve(undefined);
        this.connection.publish(subject, JSON.stringify(news), { reply: inbox });
        if (!this.haveAll(confirmed)) await promise;
        clearTimeout(limit);
        if (this.haveAll(confirmed)) return true;
      }
      return false;
    } catch {
      return false;
    } finally {
      confirmations.unsubscribe();
    }
  }

  private haveAll(confirmed: ReadonlySet<string>): boolean {
    return this.roll.isComplete && [...this.roll.alive()].every((gatewayId) => confirmed.has(gatewayId));
  }

  private hearConfirmations(onConfirmed: (gatewayId: string) => void): { inbox: string; confirmations: Subscription } {
    // The inbox of this service, which it alone may read.
    const inbox = createInbox(`_INBOX.${this.service}`);
    const confirmations = this.connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) return;
        const confirmed = heard(gatewayAlive, message);
        if (confirmed !== undefined) onConfirmed(confirmed.gatewayId);
      },
    });
    return { inbox, confirmations };
  }
}
