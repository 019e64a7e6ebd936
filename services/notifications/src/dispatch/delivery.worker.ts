import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import { Clock } from '../clock/clock.js';
import type { NotificationsConfig } from '../config.js';
import { type ClaimedDelivery, ClaimsRepository } from './claims.repository.js';
import { DeliverySender, sendMilliseconds } from './delivery.sender.js';
import { DeliverySettlement } from './delivery.settlement.js';
import { DeliveryTurns } from './delivery-turns.js';

/** Between two looks at the database when nobody says that there is something: what other replicas took in, and retries. */
const pollMilliseconds = 1000;
const leaseMilliseconds = sendMilliseconds + 50_000;

/** Sends what is due, as much at a time as it has hands for. Every replica has one; they share the work. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #inWork = new Set<Promise<void>>();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly claims: ClaimsRepository,
    private readonly sender: DeliverySender,
    private readonly settlement: DeliverySettlement,
    private readonly turns: DeliveryTurns,
    private readonly clock: Clock,
    @Inject(SERVICE_CONFIG) private readonly config: NotificationsConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#running = this.#run();
  }

  /** Takes nothing new, and lets what is on its way arrive. */
  async onModuleDestroy(): Promise<void> {
    this.turns.stop();
    await this.#running;
    await Promise.all(this.#inWork);
  }

  async #run(): Promise<void> {
    while (!this.turns.stopped) {
      const taken = await this.#takeSome().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Deliveries cannot be claimed now.');
        return 0;
      });
      if (taken === 0) await this.turns.pause(pollMilliseconds);
    }
  }

  async #takeSome(): Promise<number> {
    const hands = this.config.WAYBILL_WEBHOOK_CONCURRENCY - this.#inWork.size;
    if (hands <= 0) return 0;
    const parallel = this.config.WAYBILL_WEBHOOK_PARALLEL;
    const leasedUntil = this.clock.in(leaseMilliseconds);
    const claimed = await this.claims.claim({ now: this.clock.now(), leasedUntil, hands, parallel });
    for (const delivery of claimed) this.#take(delivery);
    return claimed.length;
  }

  #take(delivery: ClaimedDelivery): void {
    const work: Promise<void> = this.#deliver(delivery)
      .catch((error: unknown) => {
        const facts = { err: error, 'delivery.id': delivery.deliveryId };
        this.log.warn(facts, 'What became of a delivery could not be written down; it is made again.');
      })
      .finally(() => {
        this.#inWork.delete(work);
        this.turns.wake();
      });
    this.#inWork.add(work);
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    await this.settlement.settle(delivery, await this.sender.send(delivery));
  }
}
