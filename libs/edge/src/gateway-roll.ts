import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { gatewayAlive, gatewayAliveSubject, heard } from '@waybill/contracts';

const memoryMilliseconds = 3000;
/** Every gateway has beaten at least once in so long. */
const completeAfterMilliseconds = 1500;

/** Which gateways are alive, by the beat that each of them sends every second. */
export class GatewayRoll {
  private readonly heardAt = new Map<string, number>();
  private subscription: Subscription | undefined;
  private startedAt = Number.POSITIVE_INFINITY;

  constructor(private readonly connection: NatsConnection) {}

  start(): void {
    this.startedAt = performance.now();
    this.subscription = this.connection.subscribe(gatewayAliveSubject, {
      callback: (error, message) => {
        if (error !== null) return;
        const beat = heard(gatewayAlive, message);
        if (beat !== undefined) this.heardAt.set(beat.gatewayId, Date.now());
      },
    });
  }

  stop(): void {
    this.subscription?.unsubscribe();
  }

  /** Whether it has listened for long enough to know every gateway that is alive. */
  get isComplete(): boolean {
    return performance.now() - this.startedAt >= completeAfterMilliseconds;
  }

  alive(): Set<string> {
    const oldest = Date.now() - memoryMilliseconds;
    for (const [id, at] of this.heardAt) if (at < oldest) this.heardAt.delete(id);
    return new Set(this.heardAt.keys());
  }
}
