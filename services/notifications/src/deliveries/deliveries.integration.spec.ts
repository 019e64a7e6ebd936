import { randomUUID } from 'node:crypto';
import {
  type AuditEventFacts,
  auditRecordedByAuth,
  organizationChanged,
  packageChanged,
  packageMoved,
  packageOwnersChanged,
  releaseDeprecated,
  releaseHeld,
  releaseRejected,
  releaseRestored,
  releaseStaged,
  releaseWithdrawn,
  releaseYanked,
  repositoryChanged,
  repositoryCreated,
  type RepositoryFacts,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import type { DataOf, EventType } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notificationsEnvironment, type NotificationsEnvironment } from '../../test/notifications-environment.js';
import { Receiver } from '../../test/receiver.js';
import { type Organization, releaseOf, RunningNotifications } from '../../test/running-notifications.js';
import { HistoryRetention } from '../retention/history.retention.js';

const day = 24 * 60 * 60_000;
const package_ = 'pkg:npm/left-pad';

let environment: NotificationsEnvironment;
let notifications: RunningNotifications;
let receiver: Receiver;
let acme: Organization;
let privateOne: RepositoryFacts;

beforeAll(async () => {
  environment = await notificationsEnvironment();
  notifications = await RunningNotifications.start(environment);
  receiver = await Receiver.start();
  acme = await notifications.organization();
  privateOne = await notifications.repository(acme.organizationId, 'private');
});

afterAll(async () => {
  await notifications.stop();
  await receiver.stop();
  await environment.dispose();
});

/** A webhook of its own path, so that what comes there is its own. */
async function webhook(of: { org?: string; repository?: string }, more: Record<string, unknown> = {}) {
  const path = `/${randomUUID()}`;
  const made = await notifications.webhook(of, acme.owner, { url: receiver.url(path), ...more });
  return { ...made, path };
}

describe('a delivery', () => {
  it('is a CloudEvent, signed as Standard Webhooks has it, without what is nobody’s business', async () => {
    const { id, path, secret } = await webhook({ repository: privateOne.slug });
    const eventId = await notifications.published(privateOne);
    const [received] = await receiver.got(path, 1);
    const headers = received?.headers as Record<string, string>;
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(headers['webhook-id']).toBe(eventId);
    const event = new Webhook(secret).verify(received?.body ?? '', headers);
    expect(event).toEqual({
      specversion: '1.0',
      id: eventId,
      source: 'https://waybill.example',
      type: 'waybill.release.published.v1',
      subject: `${privateOne.repositoryId}/${package_}`,
      time: expect.any(String) as string,
      datacontenttype: 'application/json',
      data: expect.objectContaining({
        organizationId: acme.organizationId,
        repository: { id: privateOne.repositoryId, slug: privateOne.slug, visibility: 'private' },
        package: package_,
        version: '1.0.0',
        publishedBy: 'ada',
        tags: ['latest'],
      }) as unknown,
    });
    expect(received?.body).not.toContain('not for webhooks');
    await notifications.settled(id, eventId, 'delivered');
    const [shown] = await notifications.deliveries(id, acme.owner);
    expect(shown).toMatchObject({ eventId, state: 'delivered', attempts: 1, deadBecause: null, nextAttemptAt: null });
    const at = `/api/v1/webhooks/${id}/deliveries/${String(shown?.['id'])}`;
    const detail = await notifications.http('GET', at, { as: acme.owner });
    expect(detail.json).toMatchObject({ event, attemptLog: [{ number: 1, status: 200, error: null }] });
  });

  it('goes once, however often the event comes (W10)', async () => {
    const { id, path } = await webhook({ repository: privateOne.slug });
    const time = new Date();
    const eventId = await notifications.published(privateOne, { time });
    await receiver.got(path, 1);
    await notifications.published(privateOne, { id: eventId, time });
    const last = await notifications.published(privateOne);
    await notifications.settled(id, last, 'delivered');
    expect(receiver.at(path).map(({ headers }) => headers['webhook-id'])).toEqual([eventId, last]);
  });

  it('tells nobody what happened before the webhook was there', async () => {
    const { id, path } = await webhook({ repository: privateOne.slug });
    await notifications.published(privateOne, { time: new Date(Date.now() - 60_000) });
    const later = await notifications.published(privateOne);
    await notifications.settled(id, later, 'delivered');
    expect(receiver.at(path)).toHaveLength(1);
  });
});

describe('who hears of a private repository', () => {
  it('are its own webhooks and those of its organization, and nobody else’s (A7)', async () => {
    const other = await notifications.organization();
    const sibling = await notifications.repository(acme.organizationId);
    const own = await webhook({ repository: privateOne.slug });
    const whole = await webhook({ org: acme.name });
    const beside = await webhook({ repository: sibling.slug });
    const strangersPath = `/${randomUUID()}`;
    const stranger = await notifications.webhook({ org: other.name }, other.owner, {
      url: receiver.url(strangersPath),
    });
    const eventId = await notifications.published(privateOne);
    await notifications.settled(own.id, eventId, 'delivered');
    await notifications.settled(whole.id, eventId, 'delivered');
    const rows = await notifications.query(
      'SELECT webhook_id FROM deliveries WHERE event_id = $1 AND webhook_id = ANY ($2)',
      [eventId, [beside.id, stranger.id]],
    );
    expect(rows).toEqual([]);
    expect([...receiver.at(beside.path), ...receiver.at(strangersPath)]).toEqual([]);
  });
});

describe('the filter of a webhook', () => {
  it('lets pass what it names, and an empty one everything', async () => {
    const tags = await webhook({ repository: privateOne.slug }, { eventTypes: ['waybill.tag.moved.v1'] });
    const everything = await webhook({ repository: privateOne.slug });
    const aggregate = `${privateOne.repositoryId}/${package_}`;
    const inPackage = { repository: privateOne, packagePurl: package_, changedBy: 'user:1' };
    const releaseId = randomUUID();
    const owners = [{ userId: randomUUID(), username: 'ada', email: 'canary@private.example' }];
    const facts: [EventType, unknown][] = [
      [releaseStaged, { ...releaseOf(privateOne), state: 'staged' }],
      [releaseHeld, { ...releaseOf(privateOne), state: 'held' }],
      [releaseRejected, { ...releaseOf(privateOne), state: 'rejected' }],
      [releaseDeprecated, { ...inPackage, releases: [{ releaseId, version: '1.0.0', message: 'old' }] }],
      [releaseWithdrawn, { ...inPackage, releases: [{ releaseId, version: '1.0.0' }], removedTags: [], movedTags: {} }],
      [tagMoved, { repository: privateOne, packagePurl: package_, tag: 'next', movedBy: 'user:1', version: '1.0.0' }],
      [tagRemoved, { repository: privateOne, packagePurl: package_, tag: 'next', movedBy: 'user:1' }],
      [
        packageOwnersChanged,
        { repositoryId: privateOne.repositoryId, packagePurl: package_, owners, changedBy: 'user:1' },
      ],
      [releaseYanked, { ...inPackage, releases: [{ releaseId, version: '1.0.0', yanked: true }] }],
      [releaseRestored, { ...inPackage, releases: [{ releaseId, version: '1.0.0' }], tags: { latest: '1.0.0' } }],
      [packageChanged, { ...inPackage, visibility: 'private', archived: false, deleted: false }],
      [repositoryChanged, privateOne],
    ];
    for (const [type, data] of facts) await environment.emit(type, { aggregate, data });
    const received = await receiver.got(everything.path, facts.length);
    expect(received.map(({ body }) => (JSON.parse(body) as { type: string }).type).toSorted()).toEqual([
      'waybill.package-owners.changed.v1',
      'waybill.package.changed.v1',
      'waybill.release.deprecated.v1',
      'waybill.release.held.v1',
      'waybill.release.rejected.v1',
      'waybill.release.restored.v1',
      'waybill.release.staged.v1',
      'waybill.release.withdrawn.v1',
      'waybill.release.yanked.v1',
      'waybill.repository.changed.v1',
      'waybill.tag.moved.v1',
      'waybill.tag.removed.v1',
    ]);
    expect(received.map(({ body }) => body).join('')).not.toContain('canary@private.example');
    await receiver.got(tags.path, 1);
    expect(receiver.at(tags.path)).toHaveLength(1);
  });

  it('of an organization hears of a repository that is new', async () => {
    const whole = await webhook({ org: acme.name }, { eventTypes: ['waybill.repository.created.v1'] });
    const { repositoryId, slug } = await notifications.repository(acme.organizationId, 'internal');
    const [received] = await receiver.got(whole.path, 1);
    expect(JSON.parse(received?.body ?? '')).toMatchObject({
      type: repositoryCreated.type.replace('publish', 'waybill'),
      data: { repository: { id: repositoryId, slug, visibility: 'internal' } },
    });
  });
});

describe('an organization', () => {
  it('hears who was given access and what became of it, without details; its repositories do not (A6, W6)', async () => {
    const whole = await webhook(
      { org: acme.name },
      { eventTypes: ['waybill.access.changed.v1', 'waybill.organization.changed.v1'] },
    );
    const repository = await webhook({ repository: privateOne.slug });
    const { organizationId } = acme;
    const audited: AuditEventFacts = {
      eventId: randomUUID(),
      at: new Date().toISOString(),
      actor: 'user:1',
      actorUserId: null,
      action: 'token.revoke',
      subject: 'token:5',
      organizationId,
      outcome: 'success',
      requestId: null,
      clientAddress: '203.0.113.77',
      details: { canary: 'canary-in-details' },
    };
    const others: Partial<AuditEventFacts>[] = [
      { action: 'session.open' },
      { action: 'access.admin', outcome: 'refused' },
      { action: 'membership.add', outcome: 'refused' },
      { organizationId: null },
      { organizationId: randomUUID() },
    ];
    for (const other of others) {
      await environment.emit(auditRecordedByAuth, { aggregate: randomUUID(), data: { ...audited, ...other } });
    }
    await environment.emit(auditRecordedByAuth, { aggregate: randomUUID(), data: audited });
    const renamed = { organizationId, name: acme.name, deleted: false, accessChanged: false };
    await environment.emit(organizationChanged, { aggregate: organizationId, data: renamed, version: 2 });
    const later = await notifications.published(privateOne);
    await notifications.settled(repository.id, later, 'delivered');
    const received = await receiver.got(whole.path, 2);
    const told = received.map(({ body }) => (JSON.parse(body) as { data: unknown }).data);
    expect(told).toEqual(
      expect.arrayContaining([
        { organizationId, action: 'token.revoke', target: 'token:5', actor: 'user:1', at: audited.at },
        { organizationId, name: acme.name, deleted: false },
      ]),
    );
    expect(received).toHaveLength(2);
    expect(received.map(({ body }) => body).join('')).not.toMatch(/canary-in-details|203\.0\.113\.77/);
    expect(receiver.at(repository.path)).toHaveLength(1);
  });
});

describe('a package that moves', () => {
  it('is told at both ends, and neither hears of the other where that is private (A6)', async () => {
    const [from, to] = [privateOne, await notifications.repository(acme.organizationId, 'private')];
    const [atFrom, atTo] = [await webhook({ repository: from.slug }), await webhook({ repository: to.slug })];
    const data = {
      repository: from,
      packagePurl: package_,
      changedBy: 'user:1',
      to,
      visibility: null,
      archived: false,
    };
    const aggregate = `${from.repositoryId}/${package_}`;
    await environment.emit(packageMoved, { aggregate, data: data as DataOf<typeof packageMoved> });
    const [left] = await receiver.got(atFrom.path, 1);
    const [came] = await receiver.got(atTo.path, 1);
    expect(JSON.parse(left?.body ?? '')).toMatchObject({ data: { repository: { slug: from.slug }, movedTo: null } });
    expect(JSON.parse(came?.body ?? '')).toMatchObject({ data: { repository: { slug: to.slug }, movedFrom: null } });
    expect(left?.body).not.toContain(to.slug);
    expect(came?.body).not.toContain(from.slug);
    expect(came?.body).not.toContain(from.repositoryId);
  });
});

describe('POST …/ping', () => {
  it('sends something, whatever the filter says, and is audited (W9)', async () => {
    const { id, path, secret } = await webhook({ org: acme.name }, { eventTypes: ['waybill.tag.moved.v1'] });
    const answer = await notifications.http('POST', `/api/v1/webhooks/${id}/ping`, { as: acme.owner });
    expect([answer.status, answer.json['eventType']]).toEqual([202, 'waybill.ping.v1']);
    const [received] = await receiver.got(path, 1);
    const headers = received?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(received?.body ?? '', headers)).toMatchObject({ data: { webhookId: id } });
    expect((await notifications.audit(id)).map((event) => event['action'])).toEqual(['webhook.create', 'webhook.ping']);
  });

  it('is a conflict while the webhook rests, to which nothing goes either', async () => {
    const { id, path } = await webhook({ repository: privateOne.slug }, { active: false });
    const { id: other } = await webhook({ repository: privateOne.slug });
    const answer = await notifications.http('POST', `/api/v1/webhooks/${id}/ping`, { as: acme.owner });
    expect([answer.status, answer.json['code']]).toEqual([409, 'webhook.inactive']);
    const eventId = await notifications.published(privateOne);
    await notifications.settled(other, eventId, 'delivered');
    expect(receiver.at(path)).toEqual([]);
  });
});

describe('POST …/rotate-secret', () => {
  it('signs with both secrets until the overlap is over, then with the new one alone', async () => {
    const { id, path, secret: before } = await webhook({ repository: privateOne.slug });
    const target = `/api/v1/webhooks/${id}/rotate-secret`;
    const rotated = await notifications.http('POST', target, { as: acme.owner, body: { overlapHours: 1 } });
    expect(rotated.status).toBe(200);
    const after = String(rotated.json['secret']);
    await notifications.published(privateOne);
    const [both] = await receiver.got(path, 1);
    for (const secret of [before, after]) {
      expect(() => new Webhook(secret).verify(both?.body ?? '', both?.headers as Record<string, string>)).not.toThrow();
    }
    const now = await notifications.http('POST', target, { as: acme.owner, body: { overlapHours: 0 } });
    await notifications.published(privateOne);
    const [, one] = await receiver.got(path, 2);
    const verify = (secret: string) =>
      new Webhook(secret).verify(one?.body ?? '', one?.headers as Record<string, string>);
    for (const secret of [before, after]) expect(() => verify(secret)).toThrow(/No matching signature/);
    expect(() => verify(String(now.json['secret']))).not.toThrow();
  });

  it('keeps at most three that sign', async () => {
    const { id } = await webhook({ repository: privateOne.slug });
    const rotate = () =>
      notifications.http('POST', `/api/v1/webhooks/${id}/rotate-secret`, { as: acme.owner, body: {} });
    expect([await rotate(), await rotate(), await rotate()].map(({ status }) => status)).toEqual([200, 200, 409]);
  });
});

describe('history', () => {
  it('is forgotten after thirty days; what waits is not, but ends as a dead letter', async () => {
    const { id, path } = await webhook({ org: acme.name });
    receiver.answers(({ path: at }) => (at === path ? 200 : 200));
    const ping = await notifications.http('POST', `/api/v1/webhooks/${id}/ping`, { as: acme.owner });
    await receiver.got(path, 1);
    await notifications.settled(id, String(ping.json['eventId']), 'delivered');
    const retention = notifications.get(HistoryRetention);
    await notifications.query(`UPDATE deliveries SET created_at = now() - interval '31 days' WHERE webhook_id = $1`, [
      id,
    ]);
    await retention.round();
    await eventually(async () => expect(await notifications.deliveries(id, acme.owner)).toEqual([]));

    await notifications.http('PATCH', `/api/v1/webhooks/${id}`, { as: acme.owner, body: { active: false } });
    const eventId = randomUUID();
    await notifications.query(
      `INSERT INTO deliveries (delivery_id, webhook_id, event_id, event_type, body, state, created_at, pending_since, due_at)
       SELECT gen_random_uuid(), $1, $2, 'waybill.ping.v1', '{}', 'pending', $3::timestamptz, $3, $3`,
      [id, eventId, new Date(Date.now() - 2 * day)],
    );
    await retention.round();
    expect(await notifications.settled(id, eventId, 'dead')).toMatchObject({ dead_because: 'expired' });
  });
});
