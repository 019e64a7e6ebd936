import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { MailPagesGround } from '../../test/mail-pages-ground.js';

let ground: MailPagesGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await MailPagesGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

describe('the link in a mail that verifies an address', () => {
  it('changes nothing when it is looked at, confirms once, and says nothing else of a wrong, used or old one (A6)', async () => {
    const { person, link } = await ground.withMailedAddress('ada');
    expect((await auth.page(link.path)).status).toBe(200);
    const isVerified = async () => {
      const rows = await auth.query('SELECT email_verified_at AS at FROM users WHERE user_id = $1', [person.userId]);
      return rows[0]?.['at'] !== null;
    };
    expect(await isVerified()).toBe(false);
    const done = await auth.page(link.path, { form: { secret: link.secret } });
    expect([done.status, await isVerified()]).toEqual([200, true]);
    expect(done.html).toContain('Your e-mail address is confirmed');
    expect(await auth.audit(`user:${person.userId}`)).toContain('email.verify');
    const { link: old } = await ground.withMailedAddress('old');
    await auth.query(`UPDATE one_time_secrets SET expires_at = now() - interval '1 second'`);
    const refused = await Promise.all(
      [link.secret, old.secret, 'wb-wrong'].map((secret) => auth.page(link.path, { form: { secret } })),
    );
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(refused.map(({ html }) => html)).size).toBe(1);
  });

  it('may be pasted as a whole where no script runs', async () => {
    const { link } = await ground.withMailedAddress('paster');
    const secret = ` https://waybill.example${link.path}#${link.secret}\n`;
    expect((await auth.page(link.path, { form: { secret } })).status).toBe(200);
  });
});

describe('the link that resets a password', () => {
  it('sets what was typed twice, once; keeps the secret in the form while that is mended', async () => {
    const ben = await auth.person('ben');
    const { path, secret } = await ground.resetLink('ben');
    const set = (newPassword: string, repeated = newPassword) =>
      auth.page(path, { form: { secret, newPassword, repeated } });
    for (const failed of [await set('a new password for ben', 'another password'), await set('short')]) {
      expect(failed.status).toBe(400);
      expect(failed.html).toContain(`type="hidden" name="secret" value="${secret}"`);
      expect(failed.html).not.toContain('a new password for ben');
    }
    expect((await set('a new password for ben')).status).toBe(200);
    expect(await auth.principal(ben.session)).toEqual({ kind: 'anonymous' });
    expect((await auth.signIn('ben', 'a new password for ben')).status).toBe(201);
    const [used, wrong] = [
      await set('a third password for ben'),
      await auth.page(path, {
        form: {
          secret: 'wb-wrong',
          newPassword: 'a third password',
          repeated: 'a third password',
        },
      }),
    ];
    expect([used.status, wrong.status, used.html === wrong.html]).toEqual([404, 404, true]);
    expect(auth.logLines().join('\n')).not.toContain(secret);
  });
});
