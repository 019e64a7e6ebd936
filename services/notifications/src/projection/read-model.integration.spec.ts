import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { repositoryCreated, repositoryPurged } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  envelopeOf,
  notificationsEnvironment,
  type NotificationsEnvironment,
} from '../../test/notifications-environment.js';
import { memberOf, RunningNotifications } from '../../test/running-notifications.js';

let environment: NotificationsEnvironment;
let notifications: RunningNotifications;

function repositoryOf(organizationId: string): RepositoryFacts {
  const repositoryId = randomUUID();
  const slug = `old-${repositoryId.slice(0, 8)}`;
  return { repositoryId, organizationId, slug, visibility: 'private', kind: 'hosted' } as RepositoryFacts;
}

const kept = repositoryOf(randomUUID());
const purged = repositoryOf(kept.organizationId);

beforeAll(async () => {
  environment = await notificationsEnvironment();
  const { repositoryId, organizationId, slug } = purged;
  environment.eventLog.push(
    envelopeOf(repositoryCreated, { aggregate: kept.repositoryId, data: kept }),
    envelopeOf(repositoryCreated, { aggregate: repositoryId, data: purged }),
    envelopeOf(repositoryPurged, { aggregate: repositoryId, data: { repositoryId, organizationId, slug }, version: 2 }),
  );
  notifications = await RunningNotifications.start(environment);
});

afterAll(async () => {
  await notifications.stop();
  await environment.dispose();
});

describe('a repository from before this service was there', () => {
  it('is known from the event log, unless it is gone', async () => {
    await eventually(async () => expect(await notifications.query('SELECT 1 FROM rebuilds')).toHaveLength(1));
    const owner = memberOf(kept.organizationId);
    const list = ({ slug }: RepositoryFacts) =>
      notifications.http('GET', `/api/v1/webhooks?repository=${slug}`, { as: owner });
    expect((await list(kept)).status).toBe(200);
    expect((await list(purged)).status).toBe(404);
  });

  it('stays as it is when an older event comes late', async () => {
    await environment.emit(repositoryCreated, { aggregate: purged.repositoryId, data: purged });
    const later = await notifications.repository(kept.organizationId);
    expect(later.organizationId).toBe(kept.organizationId);
    const rows = await notifications.query('SELECT deleted FROM repositories WHERE repository_id = $1', [
      purged.repositoryId,
    ]);
    expect(rows).toEqual([{ deleted: true }]);
  });
});
