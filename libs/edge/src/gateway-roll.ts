import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { gatewayAlive, gatewayAliveSubject } from '@waybill/contracts';

const memoryMilliseconds = 3000;

/** Which gateways are alive, by the beat that each of them sends every second. */
export class GatewayRoll {
  private readonly heardAt = new Map<string, number>();
  private subscription: Subscription | undefined;

  constructor(private readonly connection: NatsConnection) {}

  start(): void {
    this.subscription = this.connection.subscribe(gatewayAliveSubject, {
      callback: (error, message) => {
        if (error !== null) return;
        const beat = gatewayAlive.safeParse(message.json());
        if (beat.success) this.heardAt.set(beat.data.gatewayId, Date.now());
      },
    });
  }

  stop(): void {
    this.subscription?.unsubscribe();
  }

  alive(): Set<string> {
    const oldest = Date.now() - memoryMilliseconds;
    for (const [id, at] of this.heardAt) if (at < oldest) this.heardAt.delete(id);
    return new Set(this.heardAt.keys());
  }
}
