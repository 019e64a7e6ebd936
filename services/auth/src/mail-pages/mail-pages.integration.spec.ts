import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Credential, Person, RunningAuth } from '../../test/running-auth.js';
import { startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let owner: Person;

beforeAll(async () => {
  auth = await startAuth();
  owner = await auth.person('owner');
  await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'umbrella', owner: 'owner' } });
});

afterAll(async () => {
  await auth.stop();
});

interface Link {
  readonly path: string;
  readonly secret: string;
}

const foreign = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null' },
  { 'sec-fetch-site': 'same-site', origin: 'https://waybill.example' },
  {},
];

/** What a browser makes of a link: a path that it asks for, and what the page's script puts into the field. */
function followed(text: string): Link {
  const { pathname, search, hash, origin } = new URL(text);
  expect([origin, search]).toEqual(['https://waybill.example', '']);
  return { path: pathname, secret: hash.slice(1) };
}

async function mailed(address: string, template: 'invitation' | 'verify-email'): Promise<Link> {
  const mails = await vi.waitFor(() => {
    const found = auth.mail.to(address, template);
    expect(found).not.toEqual([]);
    return found;
  });
  const [link = ''] = /https:[^"]*/.exec(JSON.stringify(mails.at(-1)?.values)) ?? [];
  return followed(link);
}

async function withMailedAddress(username: string): Promise<{ person: Person; link: Link }> {
  const email = `${username}@example.org`;
  const person = await auth.person(username, { email });
  await auth.http('POST', '/api/v1/account/email-verification', { as: person.session });
  return { person, link: await mailed(email, 'verify-email') };
}

async function verified(username: string): Promise<Person> {
  const { person, link } = await withMailedAddress(username);
  expect((await auth.page(link.path, { form: { secret: link.secret } })).status).toBe(200);
  return person;
}

async function resetLink(username: string): Promise<Link> {
  const made = await auth.http('POST', `/api/v1/users/${username}/password-reset`, { as: auth.admin });
  return followed(String(made.json['link']));
}

async function invited(body: { email: string } | { username: string }): Promise<Link> {
  const target = '/api/v1/orgs/umbrella/invitations';
  const made = await auth.http('POST', target, { as: owner.session, body: { role: 'reader', ...body } });
  if (made.status !== 201) throw new Error(made.withoutRequestId);
  return 'email' in body
    ? mailed(body.email, 'invitation')
    : { path: `/login/invitation/${String(made.json['id'])}`, secret: '' };
}

function press(step: string, { path, secret }: Link, as?: Credential) {
  return auth.page(path, { form: { step, secret }, ...(as === undefined ? {} : { as }) });
}

function sessionOf(headers: { readonly [name: string]: unknown }): Credential {
  return { session: /waybill_session=([^;]*)/.exec(String(headers['set-cookie']))?.[1] ?? '' };
}

async function members(): Promise<string[]> {
  const { json } = await auth.http('GET', '/api/v1/orgs/umbrella/members', { as: auth.admin });
  return (json['items'] as { username: string }[]).map(({ username }) => username);
}

describe('the pages that mails lead to', () => {
  it.each(['/login/verify-email', '/login/reset-password', `/login/invitation/${randomUUID()}`])(
    '%s runs one script, named by its hash, and loads nothing (W2)',
    async (path) => {
      const { status, headers, html } = await auth.page(path);
      expect(status).toBe(200);
      const scripts = [...html.matchAll(/<script[^>]*>(.*?)<\/script>/gs)];
      const [style = '', script = ''] = [/<style>(.*?)<\/style>/s.exec(html)?.[1], scripts[0]?.[1]];
      expect([scripts.length, script.includes('history.replaceState')]).toEqual([1, true]);
      const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; style-src ${hashOf(style)}; form-action 'self'; base-uri 'none'; ` +
          `frame-ancestors 'none'; script-src ${hashOf(script)}`,
      );
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
      expect(html).not.toMatch(/javascript:|\son\w+=|https?:|\ssrc=/i);
      const hostile = await auth.page(`${path}?next=https://evil.example&secret=%22%3E%3Cscript%3E`);
      expect(hostile.html).toBe(html);
    },
  );

  it('take no form of another page, and none that they never showed (W2)', async () => {
    const { link: verification } = await withMailedAddress('careful');
    const reset = await resetLink('careful');
    const invitation = await invited({ username: 'careful' });
    const { session } = await auth.again('careful');
    const newPassword = 'a new password for them';
    for (const headers of foreign) {
      const forms = [
        [verification.path, { secret: verification.secret }],
        [reset.path, { secret: reset.secret, newPassword, repeated: newPassword }],
        [invitation.path, { step: 'accept', secret: '' }],
        [invitation.path, { step: 'register', secret: '', username: 'x', password: newPassword }],
      ] as const;
      for (const [path, form] of forms) {
        const answered = await auth.page(path, { as: session, form, headers });
        expect([answered.status, answered.headers['set-cookie']]).toEqual([403, undefined]);
      }
    }
    for (const form of ['', 'secret=a&secret=b', 'step=fly', 'step=accept&step=decline']) {
      for (const path of [verification.path, reset.path, invitation.path]) {
        expect((await auth.page(path, { as: session, form })).status).toBe(400);
      }
    }
    expect((await auth.page(verification.path, { form: { secret: verification.secret } })).status).toBe(200);
  });
});

describe('the link in a mail that verifies an address', () => {
  it('changes nothing when it is looked at, confirms once, and says nothing else of a wrong, used or old one (A6)', async () => {
    const { person, link } = await withMailedAddress('ada');
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
    const { link: old } = await withMailedAddress('old');
    await auth.query(`UPDATE one_time_secrets SET expires_at = now() - interval '1 second'`);
    const refused = await Promise.all(
      [link.secret, old.secret, 'wb-wrong'].map((secret) => auth.page(link.path, { form: { secret } })),
    );
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(refused.map(({ html }) => html)).size).toBe(1);
  });

  it('may be pasted as a whole where no script runs', async () => {
    const { link } = await withMailedAddress('paster');
    const secret = ` https://waybill.example${link.path}#${link.secret}\n`;
    expect((await auth.page(link.path, { form: { secret } })).status).toBe(200);
  });
});

describe('the link that resets a password', () => {
  it('sets what was typed twice, once; keeps the secret in the form while that is mended', async () => {
    const ben = await auth.person('ben');
    const { path, secret } = await resetLink('ben');
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

describe('the page of an invitation', () => {
  it('signs in with the secret in the form, shows it, and makes a member of who accepts', async () => {
    const fay = await verified('fay');
    const link = await invited({ email: 'fay@example.org' });
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
    const accepted = await press('accept', link, session);
    expect([accepted.status, await members()]).toEqual([200, expect.arrayContaining(['fay'])]);
    expect(await auth.audit(`invitation:${link.path.split('/').at(-1) ?? ''}`)).toEqual([
      'invitation.create',
      'invitation.accept',
    ]);
    expect((await press('accept', link, (await auth.again('fay')).session)).status).toBe(409);
    expect(auth.logLines().join('\n')).not.toContain(link.secret);
  });

  it('shows nothing to who is not signed in, the same whether or not there is one (A6)', async () => {
    const { path, secret } = await invited({ email: 'nobody@example.org' });
    const missing = `/login/invitation/${randomUUID()}`;
    for (const step of [undefined, 'look', 'accept', 'decline', 'switch']) {
      const [real, none, odd] = await Promise.all(
        [path, missing, '/login/invitation/no-id'].map((at) =>
          step === undefined ? auth.page(at) : press(step, { path: at, secret }),
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
    const stranger = await verified('stranger');
    const mine = await invited({ email: 'gus@example.org' });
    const named = await invited({ username: 'owner-to-be' });
    const missing = { path: `/login/invitation/${randomUUID()}`, secret: '' };
    const bodies = async (step: string | undefined) =>
      Promise.all(
        [{ ...mine, secret: '' }, { ...mine, secret: 'wb-wrong' }, named, missing].map(async (link) =>
          step === undefined
            ? (await auth.page(link.path, { as: stranger.session })).html
            : (await press(step, link, stranger.session)).html,
        ),
      );
    for (const step of [undefined, 'look', 'accept', 'decline']) expect(new Set(await bodies(step)).size).toBe(1);
    const other = await press('look', mine, stranger.session);
    expect([other.status, other.html.includes('umbrella')]).toEqual([403, false]);
  });

  it('of a username needs no secret; who is invited declines, or is somebody else', async () => {
    const hal = await auth.person('hal');
    const link = await invited({ username: 'hal' });
    expect((await auth.page(link.path, { as: hal.session })).html).toContain('Join umbrella as hal?');
    const switched = await press('switch', link, hal.session);
    expect(switched.headers['set-cookie']).toContain('Max-Age=0');
    expect(await auth.principal(hal.session)).toEqual({ kind: 'anonymous' });
    const { session } = await auth.again('hal');
    expect((await press('decline', link, session)).html).toContain('You have declined');
    expect(await members()).not.toContain('hal');
  });

  it('shows and gives nothing when it was revoked, has expired, or the browser is signed out', async () => {
    const ivy = await auth.person('ivy');
    const link = await invited({ username: 'ivy' });
    await auth.query(`UPDATE invitations SET expires_at = now() - interval '1 second' WHERE username = 'ivy'`);
    for (const step of ['look', 'accept']) {
      const gone = await press(step, link, ivy.session);
      expect([gone.status, gone.html.includes('umbrella')]).toEqual([410, false]);
    }
    expect((await press('accept', link)).status).toBe(401);
    expect(await members()).not.toContain('ivy');
  });

  it('makes an account, a member at once, of who has none and the secret of the mail; of nobody else', async () => {
    const link = await invited({ email: 'new@example.org' });
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
    expect(await members()).toContain('newcomer');
  });
});
