import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignOnGround } from '../../test/sign-on-ground.js';

let ground: SignOnGround;

beforeAll(async () => {
  ground = await SignOnGround.start();
});

afterAll(() => ground.stop());

const password = 'a new password for them';

const reset = (username: string, body?: object) =>
  ground.auth.http('POST', `/api/v1/users/${username}/password-reset`, {
    as: ground.auth.admin,
    ...(body && { body }),
  });
const secretOf = (json: Record<string, unknown>) => /#(wb-[A-Za-z0-9-]+)$/.exec(String(json['link']))?.[1] ?? '';
const use = (secret: string) =>
  ground.auth.http('POST', `/api/v1/password-resets/${secret}`, { body: { newPassword: password } });
const passwordOf = async (username: string) =>
  (await ground.auth.query('SELECT password_hash FROM users WHERE username = $1', [username]))[0]?.['password_hash'];

describe('somebody whose account the provider opens, and who has no password here (A11)', () => {
  it('gets none by a link, by an administrator or by themselves: it would outlive the provider', async () => {
    await ground.signOn({ sub: 'a-1', preferred_username: 'anna' });
    expect(await reset('anna')).toMatchObject({ status: 409, json: { code: 'password.elsewhere' } });
    const set = await ground.auth.http('PUT', '/api/v1/users/anna/password', {
      as: ground.auth.admin,
      body: { newPassword: password },
    });
    expect(set).toMatchObject({ status: 409, json: { code: 'password.elsewhere' } });
    expect(await passwordOf('anna')).toBeNull();
  });

  it('gets none by a link of before, which answers like one that was used (A6)', async () => {
    const { session } = await ground.signOn({ sub: 'b-1', preferred_username: 'bert' });
    const { userId } = await ground.userOf(session);
    await ground.auth.query('DELETE FROM external_identities WHERE user_id = $1', [userId]);
    const secret = secretOf((await reset('bert')).json);
    await ground.auth.query(`INSERT INTO external_identities (provider, subject, user_id) VALUES ('ldap', 'x', $1)`, [
      userId,
    ]);
    const refused = await use(secret);
    const unknown = await use(secret.slice(0, -1));
    expect([refused.status, refused.withoutRequestId]).toEqual([404, unknown.withoutRequestId]);
    expect(await passwordOf('bert')).toBeNull();
  });

  it('keeps the password that they have, and may have it reset', async () => {
    const cora = await ground.auth.person('cora');
    await ground.link(cora.session, { sub: 'c-1' });
    const made = await reset('cora');
    expect(made.status).toBe(201);
    expect((await use(secretOf(made.json))).status).toBe(204);
    expect((await ground.auth.signIn('cora', password)).status).toBe(201);
  });
});

describe('an account that was taken', () => {
  it('is opened by nothing from the moment at which an administrator says so, until its owner uses the link (A11)', async () => {
    const dora = await ground.auth.person('dora', { email: 'dora@example.org' });
    await ground.link(dora.session, { sub: 'taker', preferred_username: 'taker' });
    const token = await ground.auth.token(dora, [{ actions: ['read'], on: { kind: 'everything' } }]);
    const made = await reset('dora', { unlinkIdentities: true });
    expect(made.status).toBe(201);
    for (const credential of [dora.session, token]) {
      expect(await ground.auth.principal(credential)).toEqual({ kind: 'anonymous' });
    }
    expect((await ground.auth.signIn('dora', dora.password)).status).toBe(401);
    const elsewhere = await ground.signOn({ sub: 'taker', preferred_username: 'taker' });
    expect((await ground.userOf(elsewhere.session)).username).toBe('taker');
    expect((await use(secretOf(made.json))).status).toBe(204);
    expect((await ground.auth.signIn('dora', password)).status).toBe(201);
    expect(await ground.auth.audit(`user:${dora.userId}`)).toEqual([
      'user.create',
      'identity.link',
      'identity.unlink',
      'password-reset.create',
      'user.change-password',
    ]);
  });

  it('of a person of the provider alone gets a password by that', async () => {
    await ground.signOn({ sub: 'e-1', preferred_username: 'emil' });
    const made = await reset('emil', { unlinkIdentities: true });
    expect(made.status).toBe(201);
    expect((await use(secretOf(made.json))).status).toBe(204);
    expect((await ground.auth.signIn('emil', password)).status).toBe(201);
  });

  it('is said to be so with yes or no', async () => {
    await ground.auth.person('fred');
    expect((await reset('fred', { unlinkIdentities: 'maybe' })).status).toBe(400);
  });
});

describe('an installation whose policy is another', () => {
  it('lets people of the provider have a password here, too', async () => {
    const open = await SignOnGround.start({ WAYBILL_EXTERNAL_PEOPLE_PASSWORDS: 'true' });
    try {
      await open.signOn({ sub: 'a-1', preferred_username: 'anna' });
      const made = await open.auth.http('POST', '/api/v1/users/anna/password-reset', { as: open.auth.admin });
      expect(made.status).toBe(201);
    } finally {
      await open.stop();
    }
  });
});
