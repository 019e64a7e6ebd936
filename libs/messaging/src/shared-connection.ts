import { ClientNats, ServerNats } from '@nestjs/microservices';
import type { NatsConnection, Subscription, SubscriptionOptions } from '@nats-io/transport-node';

/** Nest's NATS server on the connection that the service has already, in a queue group of its name. */
export class SharedServerNats extends ServerNats {
  readonly #connection: NatsConnection;
  readonly #answered: Subscription[] = [];

  constructor(connection: NatsConnection, queue: string) {
    super({ queue });
    this.#connection = connection;
  }

  override createNatsClient(): Promise<NatsConnection> {
    return Promise.resolve(this.#connection);
  }

  override bindEvents(client: NatsConnection): void {
    super.bindEvents({
      subscribe: (subject: string, options?: SubscriptionOptions) => {
        const subscription = client.subscribe(subject, options);
        this.#answered.push(subscription);
        return subscription;
      },
    });
  }

  // What else is on the connection outlives this server: it answers what has arrived, and listens no longer.
  override async close(): Promise<void> {
    await Promise.all(this.#answered.splice(0).map((subscription) => subscription.drain()));
  }
}

/** Where answers to a service's requests arrive; its permissions name it. */
export function inboxPrefixOf(service: string): string {
  return `_INBOX.${service}`;
}

/** Nest's NATS client on the connection that the service has already. */
export class SharedClientNats extends ClientNats {
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection, service: string) {
    super({ inboxPrefix: inboxPrefixOf(service) });
    this.#connection = connection;
  }

  override createClient(): Promise<NatsConnection> {
    return Promise.resolve(this.#connection);
  }

  override close(): Promise<void> {
    this.handleClose();
    return Promise.resolve();
  }
}
