import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

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

const target = '/api/v1/orgs/umbrella/invitations';

function invite(body: object, as: Person['session'] = owner.session) {
  return auth.http('POST', target, { as, body });
}

async function invited(body: object): Promise<string> {
  const answer = await invite({ role: 'member', ...body });
  if (answer.status !== 201) throw new Error(answer.withoutRequestId);
  return String(answer.json['id']);
}

function answer(id: string, how: 'accept' | 'decline', as: Person, secret?: string) {
  const body = secret === undefined ? {} : { secret };
  return auth.http('POST', `/api/v1/invitations/${id}/${how}`, { as: as.session, body });
}

async function verified(username: string, email: string): Promise<Person> {
  const person = await auth.person(username, { email });
  await auth.query('UPDATE users SET email_verified_at = now() WHERE user_id = $1', [person.userId]);
  return person;
}

async function mailedSecret(email: string): Promise<string> {
  const mails = await vi.waitFor(() => {
    const found = auth.mail.to(email, 'invitation');
    expect(found).not.toEqual([]);
    return found;
  });
  return JSON.stringify(mails.at(-1)?.values).match(/#(wb-[A-Za-z0-9-]+)/)?.[1] ?? '';
}

async function membersOf(organization: string): Promise<unknown> {
  const { json } = await auth.http('GET', `/api/v1/orgs/${organization}/members`, { as: auth.admin });
  return (json['items'] as { username: string }[]).map(({ username }) => username);
}

describe('invitations', () => {
  it('make a member of who was named, once they accept', async () => {
    const ada = await auth.person('ada');
    const id = await invited({ username: 'Ada' });
    const listed = await auth.http('GET', '/api/v1/invitations', { as: ada.session });
    expect(listed.json['items']).toMatchObject([
      { id, organization: 'umbrella', role: 'member', invitedBy: 'owner', state: 'open', username: 'ada', email: null },
    ]);
    expect((await auth.http('GET', target, { as: owner.session })).json['items']).toMatchObject([{ id }]);
    expect((await answer(id, 'accept', ada)).status).toBe(204);
    const organizationId = (await auth.organizationId('umbrella')) as never;
    expect(can(await auth.principal(ada.session), 'read', { kind: 'organization', organizationId }).allowed).toBe(true);
    expect(await auth.audit(`invitation:${id}`)).toEqual(['invitation.create', 'invitation.accept']);
    expect((await answer(id, 'accept', ada)).json).toMatchObject({ status: 409, code: 'invitation.answered' });
    expect((await invite({ username: 'ada', role: 'member' })).json['code']).toBe('membership.exists');
    expect((await auth.http('GET', target, { as: owner.session })).json['items']).toEqual([]);
  });

  it('are accepted by one of 50 who do so at once; the rest are told that it was answered', async () => {
    const ben = await auth.person('ben');
    const id = await invited({ username: 'ben' });
    const all = await Promise.all(Array.from({ length: 50 }, () => answer(id, 'accept', ben)));
    expect(all.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(all.filter(({ json }) => json['code'] === 'invitation.answered')).toHaveLength(49);
    expect(await auth.audit(`invitation:${id}`)).toEqual(['invitation.create', 'invitation.accept']);
  });

  it('are for nobody else, who cannot tell whether there is one (A3, A6)', async () => {
    const [cleo, dan] = [await auth.person('cleo'), await auth.person('dan')];
    const id = await invited({ username: 'cleo' });
    const others = await answer(id, 'accept', dan);
    const missing = await answer('5f0d5a53-6a0b-4a44-9d07-5a4cf0d5f7e1', 'accept', dan);
    expect([others.status, missing.status]).toEqual([404, 404]);
    expect(others.withoutRequestId).toEqual(missing.withoutRequestId);
    expect((await answer('not-an-id', 'decline', dan)).withoutRequestId).toEqual(missing.withoutRequestId);
    expect((await answer(id, 'decline', cleo)).status).toBe(204);
    expect((await answer(id, 'accept', cleo)).json['code']).toBe('invitation.answered');
    expect(await membersOf('umbrella')).not.toContain('cleo');
  });

  it('do not tell the inviter whether there is such a username; who takes it later is not who was meant (A6)', async () => {
    await auth.person('eve');
    const there = await invite({ username: 'eve', role: 'member' });
    const nobody = await invite({ username: 'nobody-yet', role: 'member' });
    expect(there.status).toBe(nobody.status);
    expect(Object.keys(there.json)).toEqual(Object.keys(nobody.json));
    const late = await auth.person('nobody-yet');
    expect((await answer(String(nobody.json['id']), 'accept', late)).status).toBe(404);
    expect((await auth.http('GET', '/api/v1/invitations', { as: late.session })).json['items']).toEqual([]);
    expect((await invite({ username: 'eve', role: 'member' })).json['code']).toBe('invitation.exists');
    expect((await invite({ username: 'nobody-yet', role: 'member' })).json['code']).toBe('invitation.exists');
  });

  it('by e-mail are for who has the secret of the mail and that address, verified', async () => {
    const email = 'fay@example.org';
    const id = await invited({ email: 'Fay@Example.org', role: 'reader' });
    const secret = await mailedSecret(email);
    const gus = await verified('gus', 'gus@example.org');
    const liar = await auth.person('liar', { email });
    const fay = await verified('fay', email);
    expect((await answer(id, 'accept', gus, secret)).json['code']).toBe('invitation.other-email');
    expect((await answer(id, 'accept', liar, secret)).json['code']).toBe('invitation.other-email');
    expect((await answer(id, 'accept', liar)).status).toBe(404);
    expect((await answer(id, 'accept', fay)).json['code']).toBe('invitation.secret-needed');
    expect((await answer(id, 'accept', fay, 'wb-wrong')).json['code']).toBe('invitation.secret-needed');
    expect((await auth.http('GET', '/api/v1/invitations', { as: fay.session })).json['items']).toMatchObject([{ id }]);
    expect((await answer(id, 'accept', fay, secret)).status).toBe(204);
    const stored = await auth.query(`SELECT to_jsonb(i)::text AS text FROM invitations i UNION ALL
      SELECT envelope::text FROM outbox UNION ALL SELECT details::text FROM audit_events`);
    const everything = [...stored.map((row) => String(row['text'])), ...auth.logLines()].join('\n');
    expect(everything).not.toContain(secret);
    const audited = await auth.query(`SELECT details::text AS text FROM audit_events WHERE action LIKE 'invitation.%'`);
    expect(audited.map((row) => String(row['text'])).join()).not.toContain('example.org');
  });

  it('by e-mail need a mail server', async () => {
    auth.mail.configured = false;
    const refused = await invite({ email: 'x@example.org', role: 'member' });
    auth.mail.configured = true;
    expect(refused.json).toMatchObject({ status: 409, code: 'mail.not-configured' });
  });

  it('are worth nothing when they were revoked or have expired', async () => {
    const [hal, ivy] = [await auth.person('hal'), await auth.person('ivy')];
    const revoked = await invited({ username: 'hal' });
    const remove = () => auth.http('DELETE', `${target}/${revoked}`, { as: owner.session });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
    expect((await answer(revoked, 'accept', hal)).json).toMatchObject({ status: 410, code: 'invitation.revoked' });
    const expired = await invited({ username: 'ivy', expiresInDays: 1 });
    await auth.query(`UPDATE invitations SET expires_at = now() - interval '1 second' WHERE invitation_id = $1`, [
      expired,
    ]);
    expect((await answer(expired, 'accept', ivy)).json).toMatchObject({ status: 410, code: 'invitation.expired' });
    expect((await auth.http('GET', '/api/v1/invitations', { as: ivy.session })).json['items']).toEqual([]);
    expect((await answer(await invited({ username: 'ivy' }), 'accept', ivy)).status).toBe(204);
    expect(await membersOf('umbrella')).not.toContain('hal');
  });

  it('give no role that who invited may not give any more (A8)', async () => {
    const [nils, oda] = [await auth.person('nils'), await auth.person('oda')];
    const demoted = await auth.person('demoted');
    await answer(await invited({ username: 'demoted', role: 'admin' }), 'accept', demoted);
    const as = (await auth.again('demoted')).session;
    const made = [
      await invite({ username: 'nils', role: 'admin' }, as),
      await invite({ username: 'oda', role: 'member' }, as),
    ];
    const body = { role: 'member' };
    await auth.http('PUT', '/api/v1/orgs/umbrella/members/demoted', { as: owner.session, body });
    expect((await answer(String(made[0]?.json['id']), 'accept', nils)).json['code']).toBe('invitation.void');
    expect((await answer(String(made[1]?.json['id']), 'accept', oda)).json['code']).toBe('invitation.void');
    const given = { subject: { user: 'demoted' }, on: { organization: 'umbrella' }, actions: ['manage-access'] };
    await auth.http('PUT', '/api/v1/orgs/umbrella/grants', { as: owner.session, body: given });
    expect((await answer(String(made[0]?.json['id']), 'accept', nils)).json['code']).toBe('invitation.void');
    expect((await answer(String(made[1]?.json['id']), 'accept', oda)).status).toBe(204);
  });

  it('die with who invited: suspended, or no longer of the organization', async () => {
    const [kim, leo] = [await auth.person('kim'), await auth.person('leo')];
    const manager = await auth.person('manager');
    for (const person of [kim, leo]) expect(person.userId).toBeDefined();
    await answer(await invited({ username: 'manager', role: 'admin' }), 'accept', manager);
    const as = (await auth.again('manager')).session;
    const first = await invite({ username: 'kim', role: 'member' }, as);
    await auth.http('DELETE', '/api/v1/orgs/umbrella/members/manager', { as: owner.session });
    expect((await answer(String(first.json['id']), 'accept', kim)).json).toMatchObject({
      status: 410,
      code: 'invitation.void',
    });
    const suspended = await auth.person('suspended');
    await answer(await invited({ username: 'suspended', role: 'admin' }), 'accept', suspended);
    const second = await invite({ username: 'leo', role: 'member' }, suspended.session);
    const body = { suspended: true };
    await auth.http('PUT', '/api/v1/users/suspended/suspension', { as: auth.admin, body });
    expect((await answer(String(second.json['id']), 'accept', leo)).json['code']).toBe('invitation.void');
  });

  it('to own are from owners, and none is from who does not manage access (A4, A6)', async () => {
    const admin = await auth.person('an-admin');
    await answer(await invited({ username: 'an-admin', role: 'admin' }), 'accept', admin);
    const refused = await invite({ username: 'dan', role: 'owner' }, admin.session);
    expect(refused.json).toMatchObject({ status: 403, code: 'membership.owners-only' });
    const reader = await auth.person('a-reader');
    await answer(await invited({ username: 'a-reader', role: 'reader' }), 'accept', reader);
    expect((await invite({ username: 'dan', role: 'reader' }, reader.session)).status).toBe(403);
    const outsider = await auth.person('outsider');
    expect((await invite({ username: 'dan', role: 'reader' }, outsider.session)).status).toBe(404);
    expect((await auth.http('GET', target, { as: outsider.session })).status).toBe(404);
  });

  it('of one organization cannot be revoked by another (A3)', async () => {
    const mia = await auth.person('mia');
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'other', owner: 'mia' } });
    const id = await invited({ username: 'somebody' });
    expect((await auth.http('DELETE', `/api/v1/orgs/other/invitations/${id}`, { as: mia.session })).status).toBe(404);
  });

  it('put people into teams as well', async () => {
    const made = await auth.http('POST', '/api/v1/orgs/umbrella/teams', { as: owner.session, body: { name: 'crew' } });
    expect(made.status).toBe(201);
    const ned = await auth.person('ned');
    const id = await invited({ username: 'ned', teams: ['crew'] });
    expect((await invite({ username: 'ola', role: 'member', teams: ['no-such'] })).json['code']).toBe('team.not-found');
    expect((await auth.http('GET', '/api/v1/invitations', { as: ned.session })).json['items']).toMatchObject([
      { teams: ['crew'] },
    ]);
    expect((await answer(id, 'accept', ned)).status).toBe(204);
    const members = await auth.http('GET', '/api/v1/orgs/umbrella/teams/crew/members', { as: owner.session });
    expect(members.json['items']).toMatchObject([{ username: 'ned' }]);
  });

  it('are listed in pages, newest first', async () => {
    await auth.person('pia');
    for (const organization of ['page-a', 'page-b', 'page-c']) {
      await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: organization, owner: 'owner' } });
      const as = (await auth.again('owner')).session;
      const body = { username: 'pia', role: 'member' };
      await auth.http('POST', `/api/v1/orgs/${organization}/invitations`, { as, body });
    }
    const pia = await auth.again('pia');
    const first = await auth.http('GET', '/api/v1/invitations?limit=2', { as: pia.session });
    expect(first.json['items']).toMatchObject([{ organization: 'page-c' }, { organization: 'page-b' }]);
    const next = await auth.http('GET', `/api/v1/invitations?limit=2&cursor=${String(first.json['next'])}`, {
      as: pia.session,
    });
    expect(next.json).toMatchObject({ items: [{ organization: 'page-a' }], next: null });
  });

  it.each([
    [{ role: 'member' }, 'invitation.invitee'],
    [{ role: 'member', username: 'a', email: 'a@b.example' }, 'invitation.invitee'],
    [{ role: 'member', email: 'no address' }, 'user.email'],
    [{ role: 'king', username: 'a' }, 'request.invalid'],
    [{ role: 'member', username: 'a', expiresInDays: 365 }, 'request.invalid'],
  ])('refuse %j', async (body, code) => {
    expect((await invite(body)).json).toMatchObject({ status: 400, code });
  });
});
