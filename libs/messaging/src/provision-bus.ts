import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import type { BusRole } from '@waybill/contracts';
import {
  deadLetterStream,
  deadLetterSubjects,
  eventStream,
  eventSubject,
  eventSubjects,
  permissionsOf,
} from '@waybill/contracts';

const ackWaitMilliseconds = 30_000;
const maxAckPending = 64;
const duplicateWindowMilliseconds = 10 * 60_000;
const day = 24 * 60 * 60_000;
const retryPausesMilliseconds = [100, 500, 2000, 10_000, 30_000];

/** Deliveries of one event before it is a dead letter. */
export const maxDeliveries = 8;

/**
 * Makes the streams, and one durable consumer for every service that consumes events. Done by the operator: a service has
 * no right to make a consumer, and so hears nothing but what its role says (security.md W10). Idempotent.
 */
export async function provisionBus(operator: NatsConnection, roles: readonly BusRole[], replicas = 1): Promise<void> {
  const manager = await jetstreamManager(operator);
  const streams: Partial<StreamConfig>[] = [
    {
      name: eventStream,
      subjects: [eventSubjects],
      max_age: nanos(30 * day),
      duplicate_window: nanos(duplicateWindowMilliseconds),
    },
    { name: deadLetterStream, subjects: [deadLetterSubjects], max_age: nanos(90 * day) },
  ];
  const existing = new Set<string>();
  for await (const name of manager.streams.names()) existing.add(name);
  for (const stream of streams) {
    const config = { ...stream, ...durable, num_replicas: replicas } as StreamConfig;
    if (existing.has(config.name)) await manager.streams.update(config.name, config);
    else await manager.streams.add(config);
  }
  // Adding a consumer that exists with the same settings is no error, and with others an update.
  for (const role of roles.filter((candidate) => candidate.consumes.length > 0)) {
    await manager.consumers.add(eventStream, consumerFor(role));
  }
}

const durable: Partial<StreamConfig> = {
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
};

function consumerFor(role: BusRole): Partial<ConsumerConfig> {
  return {
    durable_name: role.service,
    filter_subjects: role.consumes.map(eventSubject),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMilliseconds),
    max_ack_pending: maxAckPending,
    // The service counts, and writes the dead letter; a server that stops delivering would lose the event silently.
    max_deliver: -1,
  };
}

/** How long to wait before an event is tried again, by the number of its deliveries so far. */
export function retryPause(deliveries: number): number {
  return retryPausesMilliseconds[Math.min(deliveries, retryPausesMilliseconds.length) - 1] ?? 100;
}

export interface NatsServerUser {
  readonly user: string;
  readonly password: string;
  readonly permissions: {
    readonly publish: { readonly allow: readonly string[] };
    readonly subscribe: { readonly allow: readonly string[] };
    /** May answer a request on its reply subject. */
    readonly allowResponses: boolean;
  };
}

export const operatorUser = 'operator';

/** The users of the server's configuration: each service with what its role needs, and the operator with everything. */
export function natsServerUsers(roles: readonly BusRole[], passwordOf: (user: string) => string): NatsServerUser[] {
  const services = roles.map((role): NatsServerUser => {
    const { publish, subscribe } = permissionsOf(role);
    return {
      user: role.service,
      password: passwordOf(role.service),
      permissions: { publish: { allow: publish }, subscribe: { allow: subscribe }, allowResponses: true },
    };
  });
  const everything = { publish: { allow: ['>'] }, subscribe: { allow: ['>'] }, allowResponses: true };
  return [...services, { user: operatorUser, password: passwordOf(operatorUser), permissions: everything }];
}
