import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { notificationsEnvironment, type NotificationsEnvironment } from '../../test/notifications-environment.js';
import { Receiver } from '../../test/receiver.js';
import { type Organization, RunningNotifications } from '../../test/running-notifications.js';
import { ClaimsRepository } from './claims.repository.js';
import { DeliverySettlement } from './delivery.settlement.js';
import { deliveryPauses, probePauses } from './retry.rules.js';

const minute = 60_000;

let environment: NotificationsEnvironment;
let notifications: RunningNotifications;
let receiver: Receiver;
let acme: Organization;
let repository: RepositoryFacts;

beforeAll(async () => {
  environment = await notificationsEnvironment();
});

afterAll(async () => {
  await environment.dispose();
});

beforeEach(async () => {
  receiver = await Receiver.start();
  notifications = await RunningNotifications.start(environment, { WAYBILL_WEBHOOK_ATTEMPTS: '3' });
  acme = await notifications.organization();
  repository = await notifications.repository(acme.organizationId);
});

afterEach(async () => {
  await notifications.stop();
  await receiver.stop();
});

function webhook(path: string, more: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
  return notifications.webhook({ repository: repository.slug }, acme.owner, { url: receiver.url(path), ...more });
}

function deliveryOf(id: string, eventId: string): Promise<Record<string, unknown> | undefined> {
  return notifications.deliveries(id, acme.owner).then((all) => all.find((one) => one['eventId'] === eventId));
}

/** What was tried and failed so often, and waits. */
async function failed(id: string, eventId: string, attempts: number): Promise<void> {
  await eventually(async () => {
    const at = `SELECT count(*)::integer AS count FROM delivery_attempts JOIN deliveries USING (delivery_id)
                WHERE webhook_id = $1 AND event_id = $2`;
    expect(await notifications.query(at, [id, eventId])).toEqual([{ count: attempts }]);
  });
}

describe('a delivery that fails', () => {
  it('comes again with the same id and body after a 500, and no sooner than its pause is over', async () => {
    receiver.answers(({ path }) =>
      receiver.at(path).length === 1 ? { status: 500, body: 'broken\u0000 today' } : 204,
    );
    const { id } = await webhook('/flaky');
    const eventId = await notifications.published(repository);
    await failed(id, eventId, 1);
    notifications.turn(deliveryPauses.initialDelay / 2 - 10_000);
    await notifications.published(await notifications.repository(acme.organizationId));
    expect(receiver.at('/flaky')).toHaveLength(1);
    notifications.turn(deliveryPauses.initialDelay);
    const [first, second] = await receiver.got('/flaky', 2);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(eventId);
    await notifications.settled(id, eventId, 'delivered');
    const delivery = await deliveryOf(id, eventId);
    const at = `/api/v1/webhooks/${id}/deliveries/${String(delivery?.['id'])}`;
    expect((await notifications.http('GET', at, { as: acme.owner })).json['attemptLog']).toMatchObject([
      { number: 1, status: 500, error: 'webhook.refused', answer: 'broken today' },
      { number: 2, status: 204, error: null, answer: null },
    ]);
  });

  it('waits as long as the endpoint asks for', async () => {
    receiver.answers({ status: 503, headers: { 'retry-after': '7200' } });
    const { id } = await webhook('/busy');
    const eventId = await notifications.published(repository);
    await failed(id, eventId, 1);
    const row = await notifications.settled(id, eventId, 'pending');
    expect((row['due_at'] as Date).getTime()).toBeGreaterThan(Date.now() + 7000_000);
  });

  it('is not tried again after 410: the webhook rests, and that is audited', async () => {
    receiver.answers(410);
    const { id } = await webhook('/gone');
    const eventId = await notifications.published(repository);
    expect(await notifications.settled(id, eventId, 'dead')).toMatchObject({ dead_because: 'gone', attempts: 1 });
    const shown = await notifications.http('GET', `/api/v1/webhooks/${id}`, { as: acme.owner });
    expect(shown.json['active']).toBe(false);
    const events = await notifications.audit(id);
    expect(events.map((event) => event['action'])).toEqual(['webhook.create', 'webhook.deactivate']);
  });

  it('does not follow a redirect: that is a failure like others (W3)', async () => {
    receiver.answers(({ path }) =>
      path === '/moved' ? { status: 307, headers: { location: receiver.url('/target') } } : 200,
    );
    const { id } = await webhook('/moved');
    const eventId = await notifications.published(repository);
    await failed(id, eventId, 1);
    expect(receiver.at('/target')).toEqual([]);
  });

  it('becomes a dead letter after its last attempt, and can be delivered again, once for fifty who ask at once', async () => {
    receiver.answers(500);
    const { id } = await webhook('/down');
    const eventId = await notifications.published(repository);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await failed(id, eventId, attempt);
      notifications.turn(deliveryPauses.maxDelay);
    }
    expect(await notifications.settled(id, eventId, 'dead')).toMatchObject({ dead_because: 'attempts', attempts: 3 });
    const delivery = await deliveryOf(id, eventId);
    receiver.answers('hold');
    const target = `/api/v1/webhooks/${id}/deliveries/${String(delivery?.['id'])}/redeliver`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => notifications.http('POST', target, { as: acme.owner })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(49);
    await receiver.got('/down', 4);
    receiver.release();
    await notifications.settled(id, eventId, 'delivered');
    const events = await notifications.audit(id);
    expect(events.map((event) => event['action'])).toEqual(['webhook.create', 'webhook.redeliver']);
  });
});

describe('the circuit of an endpoint', () => {
  it('opens after failures in a row, probes with one delivery, and closes when that arrives', async () => {
    receiver.answers(500);
    const { id } = await webhook('/circuit');
    const events = [];
    for (let count = 0; count < 8; count += 1) events.push(await notifications.published(repository));
    const circuit = async () =>
      (await notifications.http('GET', `/api/v1/webhooks/${id}`, { as: acme.owner })).json['circuit'];
    await eventually(async () => expect(await circuit()).toMatchObject({ state: 'open' }));
    await eventually(async () => {
      const leased = `SELECT 1 FROM deliveries WHERE webhook_id = $1 AND lease IS NOT NULL`;
      expect(await notifications.query(leased, [id])).toEqual([]);
    });
    const before = receiver.at('/circuit').length;
    expect(before).toBeLessThanOrEqual(8);

    receiver.answers('hold');
    notifications.turn(probePauses.initialDelay * 8);
    await receiver.got('/circuit', before + 1);
    await eventually(() => expect(receiver.held).toBe(1));
    const inWork = await notifications.query(`SELECT 1 FROM deliveries WHERE webhook_id = $1 AND lease IS NOT NULL`, [
      id,
    ]);
    expect(inWork).toHaveLength(1);
    expect(receiver.mostAtOnce).toBe(1);

    receiver.answers(200);
    receiver.release();
    await eventually(async () => expect(await circuit()).toEqual({ state: 'closed', failures: 0, retryAt: null }));
    notifications.turn(deliveryPauses.maxDelay);
    for (const eventId of events) await notifications.settled(id, eventId, 'delivered');
  });

  it('of one endpoint is nothing to another', async () => {
    receiver.answers(({ path }) => (path === '/bad' ? 500 : 200));
    const bad = await webhook('/bad');
    const good = await webhook('/good');
    const events = [];
    for (let count = 0; count < 10; count += 1) events.push(await notifications.published(repository));
    for (const eventId of events) await notifications.settled(good.id, eventId, 'delivered');
    await eventually(async () => {
      const [row] = await notifications.query('SELECT open_until FROM circuits WHERE webhook_id = $1', [bad.id]);
      expect(row?.['open_until']).not.toBeNull();
    });
  });

  it('is closed by another URL', async () => {
    receiver.answers(({ path }) => (path === '/old' ? 500 : 200));
    const { id } = await webhook('/old');
    await notifications.query(
      `UPDATE circuits SET failures = 9, open_until = now() + interval '1 hour' WHERE webhook_id = $1`,
      [id],
    );
    const eventId = await notifications.published(repository);
    await notifications.http('PATCH', `/api/v1/webhooks/${id}`, {
      as: acme.owner,
      body: { url: receiver.url('/new') },
    });
    await receiver.got('/new', 1);
    expect(await notifications.settled(id, eventId, 'delivered')).toMatchObject({ attempts: 1 });
  });
});

describe('an endpoint that answers slowly', () => {
  it('has four deliveries at a time, and holds up nobody else', async () => {
    receiver.answers(({ path }) => (path === '/slow' ? 'hold' : 200));
    const slow = await webhook('/slow');
    const quick = await webhook('/quick');
    const events = [];
    for (let count = 0; count < 10; count += 1) events.push(await notifications.published(repository));
    for (const eventId of events) await notifications.settled(quick.id, eventId, 'delivered');
    await receiver.got('/slow', 4);
    expect(receiver.held).toBe(4);
    expect(receiver.at('/slow')).toHaveLength(4);
    receiver.answers(200);
    receiver.release();
    for (const eventId of events) await notifications.settled(slow.id, eventId, 'delivered');
    expect(receiver.mostAtOnce).toBe(4);
  });
});

describe('replicas', () => {
  it('share the work: each delivery is made once', async () => {
    const second = await RunningNotifications.start(environment);
    try {
      const { id } = await webhook('/shared');
      const events: string[] = [];
      for (let count = 0; count < 40; count += 1) events.push(await notifications.published(repository));
      second.turn(0);
      for (const eventId of events) await notifications.settled(id, eventId, 'delivered');
      const ids = receiver.at('/shared').map(({ headers }) => String(headers['webhook-id']));
      expect(ids.toSorted()).toEqual(events.toSorted());
    } finally {
      await second.stop();
    }
  });

  it('take over what one had sent when it died, with the same id', async () => {
    const { id } = await webhook('/crash');
    // It dies between the answer of the endpoint and writing that down.
    notifications.get(DeliverySettlement).settle = () => Promise.resolve();
    const eventId = await notifications.published(repository);
    await receiver.got('/crash', 1);
    await notifications.stop();
    notifications = await RunningNotifications.start(environment);
    expect(await notifications.settled(id, eventId, 'pending')).toMatchObject({ attempts: 1 });
    notifications.turn(2 * minute);
    const [first, second] = await receiver.got('/crash', 2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(await notifications.settled(id, eventId, 'delivered')).toMatchObject({ attempts: 2 });
  });

  it('take over what one had claimed and not sent when it died', async () => {
    const { id } = await webhook('/claimed', { active: false });
    await notifications.query('UPDATE webhooks SET active = true WHERE webhook_id = $1', [id]);
    // Somebody who never sends anything claims before the replica does: its clock is ahead.
    const eventId = randomUUID();
    const [now, leasedUntil] = [new Date(Date.now() + minute), new Date(Date.now() + 2 * minute)];
    await notifications.query(
      `INSERT INTO deliveries (delivery_id, webhook_id, event_id, event_type, body, state, created_at, pending_since, due_at)
       SELECT gen_random_uuid(), $1, $2, 'waybill.ping.v1', '{}', 'pending', $3::timestamptz, $3, $3`,
      [id, eventId, now],
    );
    const claims = notifications.get(ClaimsRepository);
    const claimed = await claims.claim({ now, leasedUntil, hands: 10, parallel: 4 });
    expect(claimed.map((claim) => claim.eventId)).toEqual([eventId]);
    expect(await claims.claim({ now, leasedUntil, hands: 10, parallel: 4 })).toEqual([]);
    notifications.turn(90_000);
    expect(receiver.received).toEqual([]);
    notifications.turn(minute);
    await receiver.got('/claimed', 1);
    expect(await notifications.settled(id, eventId, 'delivered')).toMatchObject({ attempts: 2 });
  });

  it('take no notice of one that comes back when its lease is over', async () => {
    receiver.answers('hold');
    const { id } = await webhook('/late');
    const eventId = await notifications.published(repository);
    await receiver.got('/late', 1);
    const other = randomUUID();
    await notifications.query('UPDATE deliveries SET lease = $2 WHERE webhook_id = $1', [id, other]);
    receiver.release();
    await notifications.published(repository);
    await receiver.got('/late', 2);
    receiver.release();
    await eventually(async () => {
      const rows = await notifications.query(`SELECT 1 FROM deliveries WHERE webhook_id = $1 AND state = 'delivered'`, [
        id,
      ]);
      expect(rows).toHaveLength(1);
    });
    expect(await notifications.settled(id, eventId, 'pending')).toMatchObject({ lease: other });
  });
});

describe('an address that may not be spoken to', () => {
  async function attemptAt(webhookId: string, url: string): Promise<Record<string, unknown>> {
    await notifications.query('UPDATE webhooks SET url = $2 WHERE webhook_id = $1', [webhookId, url]);
    const eventId = await notifications.published(repository);
    await failed(webhookId, eventId, 1);
    const [attempt] = await notifications.query(
      `SELECT status, error, answer, duration_ms FROM delivery_attempts JOIN deliveries USING (delivery_id)
       WHERE webhook_id = $1 AND event_id = $2`,
      [webhookId, eventId],
    );
    return { ...attempt };
  }

  it('is refused when it is connected to, whatever it was when the webhook was made (W3)', async () => {
    const { id } = await webhook('/inside');
    await attemptAt(id, receiver.url('/inside').replace('127.0.0.1', '127.0.0.2'));
    expect(receiver.received).toEqual([]);
    expect(notifications.logLines.join('\n')).toContain('outbound.url-refused');
  });

  it('is for its organization like one that nobody answers at (W3)', async () => {
    const inside = await webhook('/inside');
    const closed = await webhook('/closed');
    const refused = await attemptAt(inside.id, receiver.url('/inside').replace('127.0.0.1', '127.0.0.2'));
    const unreachable = await attemptAt(closed.id, 'http://127.0.0.1:1/closed');
    expect(refused).toEqual({ status: null, error: 'outbound.unreachable', answer: null, duration_ms: 0 });
    expect(unreachable).toEqual(refused);
  });
});
