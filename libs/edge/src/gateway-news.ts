import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { gatewayAlive } from '@waybill/contracts';
import { GatewayRoll } from './gateway-roll.js';

const confirmationMilliseconds = 250;

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
    // The inbox of this service, which it alone may read.
    const inbox = createInbox(`_INBOX.${this.service}`);
    const confirmations = this.connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) return;
        const confirmed = gatewayAlive.safeParse(message.json());
        if (confirmed.success) awaited.delete(confirmed.data.gatewayId);
        if (awaited.size === 0) resolve(true);
      },
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
}
