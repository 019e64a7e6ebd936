import type { NatsConnection } from '@nats-io/transport-node';
import { connect } from '@nats-io/transport-node';
import { DomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { inboxPrefixOf } from './shared-connection.js';

export interface BusAddress {
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Name of the service: its inbox prefix, which its permissions allow, and its name in the server's reports. */
  readonly service: string;
}

/**
 * Connects to the bus and stays connected: what is lost is tried again for ever, with what was subscribed restored.
 * Errors: `unavailable` `bus.unreachable` when there is no first connection.
 */
export async function connectBus(address: BusAddress, log?: Logger): Promise<NatsConnection> {
  try {
    const connection = await connect({
      servers: address.url,
      ...(address.user === undefined ? {} : { user: address.user }),
      ...(address.password === undefined ? {} : { pass: address.password }),
      name: address.service,
      inboxPrefix: inboxPrefixOf(address.service),
      maxReconnectAttempts: -1,
      // Else a second refusal of the password ends the connection for good, even while passwords are being changed.
      ignoreAuthErrorAbort: true,
      reconnectTimeWait: 250,
      timeout: 10_000,
      pingInterval: 20_000,
      // Building a stack trace for every request costs more than sending it.
      noAsyncTraces: true,
    });
    if (log !== undefined) void report(connection, log);
    return connection;
  } catch (error) {
    throw new DomainError('unavailable', 'bus.unreachable', 'The message bus cannot be reached.', { cause: error });
  }
}

async function report(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('The bus is gone; trying to reach it again.');
    else if (status.type === 'reconnect') log.info('The bus is back.');
    else if (status.type === 'error') log.error({ err: status.error }, 'The bus refused something.');
  }
}
