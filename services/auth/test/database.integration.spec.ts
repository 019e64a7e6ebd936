import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from './running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth({ bootstrap: false });
});

afterAll(async () => {
  await auth.stop();
});

describe('the schema of auth', () => {
  it('is what its entities say: nothing drifted', async () => {
    expect(await auth.drift()).toEqual([]);
  });

  it('finds a credential by an index, and what goes with it', async () => {
    const indexes = await auth.query(`SELECT indexname FROM pg_indexes WHERE schemaname = 'auth'`);
    expect(indexes.map((row) => row['indexname'])).toEqual(
      expect.arrayContaining([
        'tokens_token_hash_unique',
        'sessions_session_hash_unique',
        'users_pk',
        'memberships_by_user',
      ]),
    );
  });
});
