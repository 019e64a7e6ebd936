import { ClientNats, ServerNats } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';

/** Nest's NATS server on the connection that the service has already, in a queue group of its name. */
export class SharedServerNats extends ServerNats {
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection, queue: string) {
    super({ queue });
    this.#connection = connection;
  }

  override createNatsClient(): Promise<NatsConnection> {
    return Promise.resolve(this.#connection);
  }

  // Subscriptions are ended by the drain of the connection, which is its owner's to close.
  override close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Nest's NATS client on the connection that the service has already. */
export class SharedClientNats extends ClientNats {
  readonly #connection: NatsConnection;

  constructor(connection: NatsConnection) {
    super({});
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
