import { organizationChanged, repositoryChanged, repositoryPurged } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notificationsEnvironment, type NotificationsEnvironment } from '../../test/notifications-environment.js';
import { type Organization, RunningNotifications } from '../../test/running-notifications.js';

let environment: NotificationsEnvironment;
let notifications: RunningNotifications;
let acme: Organization;
const body = { url: 'http://127.0.0.1:9999/hook?token=canary-in-url' };

beforeAll(async () => {
  environment = await notificationsEnvironment();
  notifications = await RunningNotifications.start(environment);
  acme = await notifications.organization();
});

afterAll(async () => {
  await notifications.stop();
  await environment.dispose();
});

describe('what is deleted for good', () => {
  it('has no webhooks any more, and each of them is audited: of an organization, of a repository (W9)', async () => {
    const { name, owner, organizationId } = await notifications.organization();
    const [kept, purged] = [
      await notifications.repository(organizationId),
      await notifications.repository(organizationId),
    ];
    const ofPurged = await notifications.webhook({ repository: purged.slug }, owner, body);
    const others = [
      await notifications.webhook({ org: name }, owner, body),
      await notifications.webhook({ repository: kept.slug }, owner, body),
    ];
    const { repositoryId, slug } = purged;
    const gone = { repositoryId, organizationId, slug };
    await environment.emit(repositoryPurged, { aggregate: repositoryId, data: gone, version: 2 });
    await eventually(async () => expect(await notifications.audit(ofPurged.id)).toHaveLength(2));
    expect((await notifications.http('GET', `/api/v1/webhooks/${ofPurged.id}`, { as: owner })).status).toBe(404);
    for (const { id } of others) {
      expect((await notifications.http('GET', `/api/v1/webhooks/${id}`, { as: owner })).status).toBe(200);
    }
    const data = { organizationId, name, deleted: true, accessChanged: true };
    await environment.emit(organizationChanged, { aggregate: organizationId, data, version: 2 });
    for (const { id } of others) {
      await eventually(async () => expect(await notifications.audit(id)).toHaveLength(2));
      expect((await notifications.http('GET', `/api/v1/webhooks/${id}`, { as: owner })).status).toBe(404);
    }
    expect((await notifications.http('GET', `/api/v1/webhooks?org=${name}`, { as: owner })).status).toBe(404);
  });
});

describe('a repository that changes hands', () => {
  it('takes no webhook of its former owner along (A7, T11)', async () => {
    const buyer = await notifications.organization();
    const repository = await notifications.repository(acme.organizationId, 'private');
    const { id } = await notifications.webhook({ repository: repository.slug }, acme.owner, body);
    const transferred = { organizationId: buyer.organizationId, transferredFrom: acme.organizationId };
    const data = { ...repository, ...transferred, archived: false, deleted: false };
    await environment.emit(repositoryChanged, { aggregate: repository.repositoryId, data, version: 2 });
    await eventually(async () => {
      expect(await notifications.query('SELECT 1 FROM webhooks WHERE webhook_id = $1', [id])).toEqual([]);
    });
    expect((await notifications.http('GET', `/api/v1/webhooks/${id}`, { as: buyer.owner })).status).toBe(404);
    const list = `/api/v1/webhooks?repository=${repository.slug}`;
    expect((await notifications.http('GET', list, { as: buyer.owner })).items).toEqual([]);
    expect((await notifications.http('GET', list, { as: acme.owner })).status).toBe(404);
    const events = await notifications.audit(id);
    expect(events.map((event) => [event['actor'], event['action']]).at(-1)).toEqual([
      'notifications',
      'webhook.delete',
    ]);
  });
});
