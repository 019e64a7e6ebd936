import type { NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { busRoles } from '@waybill/contracts';
import { startTestNats, type TestNats } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBus, natsServerUsers, provisionBus } from '../src/index.js';

let nats: TestNats;
const connections: NatsConnection[] = [];

async function as(user: string): Promise<NatsConnection> {
  const connection = await connectBus({ url: nats.url, user, password: `password-of-${user}`, service: user });
  connections.push(connection);
  return connection;
}

beforeAll(async () => {
  nats = await startTestNats({ users: natsServerUsers(busRoles, (user) => `password-of-${user}`) });
  await provisionBus(await as('operator'), busRoles);
});

afterAll(async () => {
  for (const connection of connections) await connection.close();
  await nats.stop();
});

/** Resolves to the server's refusal of a subscription. */
async function refusalOfSubscription(connection: NatsConnection, subject: string): Promise<unknown> {
  const subscription = connection.subscribe(subject);
  return subscription.closed.then((reason) => reason);
}

describe('the bus (W10)', () => {
  it('lets a service write its own facts and nobody else’s', async () => {
    const scanner = await as('scanner');
    const own = await jetstream(scanner).publish('event.scanner.scan.completed.v1', '{}');
    expect(own.stream).toBe('EVENTS');
    await expect(jetstream(scanner).publish('event.publish.release.published.v1', '{}')).rejects.toThrow(/permission/i);
  });

  it('lets a service hear neither requests nor events that are not meant for it', async () => {
    const publish = await as('publish');
    for (const subject of ['auth.credential.introspect.v1', 'event.>', 'edge.adapter-npm', '_INBOX.auth.>']) {
      expect(String(await refusalOfSubscription(publish, subject))).toMatch(/permission/i);
    }
  });

  it('lets a service ask only what its contract allows', async () => {
    const adapter = await as('adapter-npm');
    await expect(adapter.request('auth.credential.introspect.v1', '{}', { timeout: 2000 })).rejects.toThrow(
      /permission/i,
    );
    await expect(adapter.request('publish.release.get.v1', '{}', { timeout: 2000 })).rejects.toThrow(/no responders/i);
  });

  it('lets a service read its own consumer, and make none', async () => {
    const scanner = await as('scanner');
    const consumer = await jetstream(scanner).consumers.get('EVENTS', 'scanner');
    expect((await consumer.info(true)).config.filter_subjects).toEqual(['event.publish.release.quarantined.v1']);
    await expect(jetstream(scanner).consumers.get('EVENTS', 'publish')).rejects.toThrow();
    const manager = await jetstreamManager(scanner, { checkAPI: false });
    await expect(manager.consumers.add('EVENTS', { durable_name: 'spy' })).rejects.toThrow();
  });

  it('is provisioned as often as one likes', async () => {
    await expect(provisionBus(await as('operator'), busRoles)).resolves.toBeUndefined();
  });
});
