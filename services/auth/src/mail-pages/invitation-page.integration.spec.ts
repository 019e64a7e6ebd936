import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, RunningAuth } from '../../test/running-auth.js';
import { MailPagesGround } from '../../test/mail-pages-ground.js';

let ground: MailPagesGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await MailPagesGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

function sessionOf(headers: { readonly [name: string]: unknown }): Credential {
  return { session: /waybill_session=([^;]*)/.exec(String(headers['set-cookie']))?.[1] ?? '' };
}

describe('the page of an invitation', () => {
  it('signs in with the secret in the form, shows it, and makes a member of who accepts', async () => {
    const fay = await ground.verified('fay');
    const link = await ground.invited({ email: 'fay@example.org' });
    const form = { step: 'sign-in', secret: link.secret, username: 'fay', password: fay.password };
    const failed = await auth.page(link.path, { form: { ...form, password: 'not the password' } });
    expect([failed.status, failed.headers['set-cookie']]).toEqual([401, undefined]);
    expect(failed.html).toContain(`type="hidden" name="secret" value="${link.secret}"`);
    const shown = await auth.page(link.path, { form });
    expect([shown.status, shown.headers['location']]).toEqual([200, undefined]);
    for (const text of ['Join umbrella as fay?', '<dd>reader</dd>', '<dd>owner</dd>', link.secret]) {
      expect(shown.html).toContain(text);
    }
    expect(shown.html).not.toContain('<script');
    const session = sessionOf(shown.headers);
    const accepted = await ground.press('accept', link, session);
    expect([accepted.status, await ground.members()]).toEqual([200, expect.arrayContaining(['fay'])]);
    expect(await auth.audit(`invitation:${link.path.split('/').at(-1) ?? ''}`)).toEqual([
      'invitation.create',
      'invitation.accept',
    ]);
    expect((await ground.press('accept', link, (await auth.again('fay')).session)).status).toBe(409);
    expect(auth.logLines().join('\n')).not.toContain(link.secret);
  });

  it('shows nothing to who is not signed in, the same whether or not there is one (A6)', async () => {
    const { path, secret } = await ground.invited({ email: 'nobody@example.org' });
    const missing = `/login/invitation/${randomUUID()}`;
    for (const step of [undefined, 'look', 'accept', 'decline', 'switch']) {
      const [real, none, odd] = await Promise.all(
        [path, missing, '/login/invitation/no-id'].map((at) =>
          step === undefined ? auth.page(at) : ground.press(step, { path: at, secret }),
        ),
      );
      expect(real?.html).not.toMatch(/umbrella|reader/);
      expect([none, odd].map((page) => [page?.status, page?.html])).toEqual([
        [real?.status, real?.html],
        [real?.status, real?.html],
      ]);
    }
  });

  it('is not told from a missing one by strangers who are signed in and have no secret (A3, A6)', async () => {
    const stranger = await ground.verified('stranger');
    const mine = await ground.invited({ email: 'gus@example.org' });
    const named = await ground.invited({ username: 'owner-to-be' });
    const missing = { path: `/login/invitation/${randomUUID()}`, secret: '' };
    const bodies = async (step: string | undefined) =>
      Promise.all(
        [{ ...mine, secret: '' }, { ...mine, secret: 'wb-wrong' }, named, missing].map(async (link) =>
          step === undefined
            ? (await auth.page(link.path, { as: stranger.session })).html
            : (await ground.press(step, link, stranger.session)).html,
        ),
      );
    for (const step of [undefined, 'look', 'accept', 'decline']) expect(new Set(await bodies(step)).size).toBe(1);
    const other = await ground.press('look', mine, stranger.session);
    expect([other.status, other.html.includes('umbrella')]).toEqual([403, false]);
  });

  it('of a username needs no secret; who is invited declines, or is somebody else', async () => {
    const hal = await auth.person('hal');
    const link = await ground.invited({ username: 'hal' });
    expect((await auth.page(link.path, { as: hal.session })).html).toContain('Join umbrella as hal?');
    const switched = await ground.press('switch', link, hal.session);
    expect(switched.headers['set-cookie']).toContain('Max-Age=0');
    expect(await auth.principal(hal.session)).toEqual({ kind: 'anonymous' });
    const { session } = await auth.again('hal');
    expect((await ground.press('decline', link, session)).html).toContain('You have declined');
    expect(await ground.members()).not.toContain('hal');
  });

  it('shows and gives nothing when it was revoked, has expired, or the browser is signed out', async () => {
    const ivy = await auth.person('ivy');
    const link = await ground.invited({ username: 'ivy' });
    await auth.query(`UPDATE invitations SET expires_at = now() - interval '1 second' WHERE username = 'ivy'`);
    for (const step of ['look', 'accept']) {
      const gone = await ground.press(step, link, ivy.session);
      expect([gone.status, gone.html.includes('umbrella')]).toEqual([410, false]);
    }
    expect((await ground.press('accept', link)).status).toBe(401);
    expect(await ground.members()).not.toContain('ivy');
  });

  it('makes an account, a member at once, of who has none and the secret of the mail; of nobody else', async () => {
    const link = await ground.invited({ email: 'new@example.org' });
    const register = (secret: string) =>
      auth.page(link.path, {
        form: { step: 'register', secret, username: 'newcomer', password: 'a password for tests' },
      });
    for (const secret of ['', 'wb-wrong']) expect((await register(secret)).status).toBe(403);
    const taken = await auth.page(link.path, {
      form: { step: 'register', secret: link.secret, username: 'owner', password: 'a password for tests' },
    });
    expect([taken.status, taken.html.includes(link.secret)]).toEqual([409, true]);
    expect((await register(link.secret)).html).toContain('Welcome, newcomer');
    expect(await ground.members()).toContain('newcomer');
  });
});
