import { randomUUID } from 'node:crypto';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { gatewayAlive, gatewayAliveSubject, heard } from '@waybill/contracts';

const beatMs = 500;
const deafAfterMs = 1000;

/**
 * Says on the bus that this gateway lives, and listens to itself: a gateway that does not hear its own beat does not hear
 * purges either, whatever its connection believes (architecture.md §4).
 */
export class BusPulse {
  /** What the gateway confirms purges with. */
  readonly gatewayId: string = randomUUID();
  private heardAt = Number.NEGATIVE_INFINITY;
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: NatsConnection,
    /** Called when broadcasts may have been missed. */
    private readonly onMissed: () => void,
  ) {}

  /** Resolves when the first beat has been heard. */
  async start(): Promise<void> {
    const first = Promise.withResolvers<undefined>();
    this.subscription = this.connection.subscribe(gatewayAliveSubject, {
      callback: (error, message) => {
        if (error !== null) return;
        if (heard(gatewayAlive, message)?.gatewayId !== this.gatewayId) return;
        this.heardAt = performance.now();
        first.resolve(undefined);
      },
    });
    void this.watch();
    this.timer = setInterval(() => {
      this.beat();
    }, beatMs);
    this.timer.unref();
    this.beat();
    await first.promise;
  }

  stop(): void {
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
  }

  /** Whether what is broadcast arrives here, as far as anybody can know. */
  get isHeard(): boolean {
    return performance.now() - this.heardAt < deafAfterMs;
  }

  private beat(): void {
    if (this.connection.isClosed()) return;
    this.connection.publish(gatewayAliveSubject, JSON.stringify({ gatewayId: this.gatewayId }));
  }

  // One connection delivers in order and leaves nothing out; what was sent between two connections is lost.
  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) if (status.type === 'reconnect') this.onMissed();
  }
}
