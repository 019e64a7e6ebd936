import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPublish, startPublish } from './running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
  const repository = await publish.repository();
  await publish.published({ repository, tags: ['latest'] });
});

afterAll(async () => {
  await publish.stop();
});

const refused = { message: expect.stringMatching(/append-only|only grows/) as unknown };

describe('the schema of publish', () => {
  it('is what its entities say: nothing drifted', async () => {
    expect(await publish.drift()).toEqual([]);
  });

  it('has a name of ours for every constraint', async () => {
    const rows = await publish.query(
      `SELECT conname FROM pg_constraint WHERE connamespace = 'publish'::regnamespace AND contype <> 'n'
          AND conrelid <> 'publish.migrations'::regclass`,
    );
    const ours = /^[a-z_]+_(pkey|pk|key|fkey|known)$/;
    expect(rows.map((row) => row['conname']).filter((name) => !ours.test(String(name)))).toEqual([]);
  });

  it('holds a state that nobody knows off', async () => {
    await expect(publish.query(`UPDATE releases SET state = 'fine'`)).rejects.toThrow('releases_state_known');
  });
});

describe('the audit', () => {
  it.each(['UPDATE audit_events SET actor = $$nobody$$', 'DELETE FROM audit_events', 'TRUNCATE audit_events'])(
    'only grows: %s is refused (W9)',
    async (statement) => {
      await expect(publish.query(statement)).rejects.toMatchObject(refused);
      expect(await publish.query('SELECT id FROM audit_events')).not.toEqual([]);
    },
  );
});

describe('the event log', () => {
  it.each([
    'DELETE FROM outbox',
    'TRUNCATE outbox',
    `UPDATE outbox SET envelope = '{}'`,
    `UPDATE outbox SET type = 'other'`,
    'UPDATE outbox SET position = position + 1000',
  ])('only grows: %s is refused', async (statement) => {
    await expect(publish.query(statement)).rejects.toMatchObject(refused);
  });

  it('lets the relay note what it has sent', async () => {
    await publish.query('UPDATE outbox SET sent_at = now()');
    expect(await publish.query('SELECT position FROM outbox WHERE sent_at IS NULL')).toEqual([]);
  });
});
