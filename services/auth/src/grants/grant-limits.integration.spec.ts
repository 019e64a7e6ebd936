import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GrantsGround } from '../../test/grants-ground.js';

let ground: GrantsGround;

beforeAll(async () => {
  ground = await GrantsGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

/** As many grants on name patterns as an organization may have given before. */
async function filled(organizationId: string, userId: string, count: number): Promise<void> {
  await ground.auth.query(
    `INSERT INTO grants (grant_id, organization_id, user_id, kind, purl_prefix, target, actions, granted_by)
     SELECT gen_random_uuid(), $1, $2, 'pattern', 'pkg:npm/p' || n, 'pattern:*/pkg:npm/p' || n, '{read}', 'test'
     FROM generate_series(1, $3::int) n`,
    [organizationId, userId, count],
  );
}

describe('how much one can be given', () => {
  it('by an organization has an end, which what others give does not bring nearer', async () => {
    const { auth, organizationId } = ground;
    const ada = await ground.member('ada');
    const rival = await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'rival' } });
    await filled(String(rival.json['id']), ada.userId, 5000);
    const give = (pattern: string) => ground.give(auth.admin, { user: 'ada' }, { pattern }, { role: 'reader' });
    expect((await give('npm/mine-*')).status).toBe(201);
    await filled(organizationId, ada.userId, 4999);
    const refused = await give('npm/more-*');
    expect([refused.status, refused.json['code']]).toEqual([409, 'grant.too-many']);
  });

  it('from outside ends at a hundred', async () => {
    const { auth, organizationId } = ground;
    const guest = await auth.person('guest');
    await filled(organizationId, guest.userId, 99);
    const give = (pattern: string) => ground.give(auth.admin, { user: 'guest' }, { pattern }, { role: 'reader' });
    expect((await give('npm/mine-*')).status).toBe(201);
    expect((await give('npm/more-*')).json['code']).toBe('grant.too-many');
    // What is there already can still be changed.
    expect((await give('npm/mine-*')).status).toBe(201);
  });
});
