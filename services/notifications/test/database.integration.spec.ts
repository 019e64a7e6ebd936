import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notificationsEnvironment, type NotificationsEnvironment } from './notifications-environment.js';
import { RunningNotifications } from './running-notifications.js';

let environment: NotificationsEnvironment;
let notifications: RunningNotifications;

beforeAll(async () => {
  environment = await notificationsEnvironment();
  notifications = await RunningNotifications.start(environment);
});

afterAll(async () => {
  await notifications.stop();
  await environment.dispose();
});

describe('the schema of notifications', () => {
  it('is what its entities say: nothing drifted', async () => {
    expect(await notifications.drift()).toEqual([]);
  });

  it('goes down as it came up', async () => {
    const tables = () =>
      notifications.query(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'notifications'`);
    const before = await tables();
    const own = ['IdempotencyKeys1765400000301', 'Mails1765400000202', 'Webhooks1765400000201'];
    for (let count = 0; count < own.length; count += 1) await notifications.dataSource.undoLastMigration();
    const left = (await tables()).map((row) => row['table_name']);
    expect(left.toSorted()).toEqual(['audit_events', 'migrations', 'outbox']);
    await notifications.dataSource.runMigrations();
    expect(await tables()).toHaveLength(before.length);
    expect(await notifications.drift()).toEqual([]);
  });
});
