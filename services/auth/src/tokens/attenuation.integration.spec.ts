import { tokenRevoked } from '@waybill/contracts';
import type { OrganizationId, TokenText } from '@waybill/domain';
import { can, hashToken } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let publish: PublishDouble;
let acme: OrganizationId;

beforeAll(async () => {
  auth = await startAuth();
  publish = new PublishDouble(auth.bus);
  acme = (await auth.organizationId('acme')) as OrganizationId;
});

afterAll(async () => {
  await auth.stop();
});

interface Token {
  readonly id: string;
  readonly token: string;
}

const work = [{ actions: ['read', 'publish'], on: { kind: 'everything' } }];

const ask = (as: { token: string } | { session: string }, body: object) =>
  auth.http('POST', '/api/v1/tokens/attenuate', { as, body: { description: 'a job', ...body } });

async function attenuate(as: { token: string }, body: object = {}): Promise<Token> {
  const made = await ask(as, body);
  expect(made.status).toBe(201);
  return { id: String(made.json['id']), token: String(made.json['token']) };
}

async function line(as: { token: string }, length: number): Promise<Token[]> {
  const tokens: Token[] = [];
  for (let count = 0; count < length; count += 1) tokens.push(await attenuate(tokens.at(-1) ?? as));
  return tokens;
}

const works = async (token: string) => (await auth.introspect({ token })).principal !== null;

describe('a token made from a token', () => {
  it('does what both allow, whatever it asks for, and lives an hour (A4)', async () => {
    const ada = await auth.person('ada');
    const repository = publish.create('ada-main', acme, 'public');
    const parent = await auth.token(ada, work);
    const { id, token } = await attenuate(parent, {
      scopes: [
        { actions: ['publish', 'delete'], on: { kind: 'repository', repository: 'ada-main' } },
        { actions: ['admin', 'manage-access'], on: { kind: 'everything' } },
      ],
    });
    const { principal } = await auth.introspect({ token });
    expect(principal).toMatchObject({ kind: 'token', tokenId: id, ceilings: [work], username: 'ada' });
    const resource = { kind: 'repository' as const, ...repository };
    const owner = { ...principal!, installationAdmin: true };
    const allowed = (['read', 'publish', 'delete', 'admin', 'manage-access'] as const).filter(
      (action) => can(owner, action, { ...resource, visibility: 'private' }).allowed,
    );
    expect(allowed).toEqual(['publish']);
    expect((await auth.http('GET', '/api/v1/tokens', { as: { token } })).status).toBe(404);
    const listed = await auth.http('GET', `/api/v1/tokens/${id}`, { as: ada.session });
    expect(listed.json).toMatchObject({ parentId: parent.id, ceilings: [work], kind: 'personal' });
    const hours = (Date.parse(String(listed.json['expiresAt'])) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(1, 1);
    expect(await auth.audit(`token:${id}`)).toEqual(['token.create']);
  });

  it('never outlives the one that asks, and needs one to ask', async () => {
    const ben = await auth.person('ben');
    const soon = new Date(Date.now() + 600_000).toISOString();
    const parent = await auth.token(ben, work, soon);
    expect((await ask(parent, {})).json['expiresAt']).toBe(soon);
    const answers = [
      await ask(parent, { ttlSeconds: 601 }),
      await ask(parent, { expiresAt: new Date(Date.now() + 700_000).toISOString() }),
      await ask(parent, { ttlSeconds: 60, expiresAt: soon }),
      await ask(parent, { expiresAt: '2020-01-01T00:00:00Z' }),
      await ask(ben.session, {}),
      await auth.http('POST', '/api/v1/tokens/attenuate', { body: { description: 'nobody' } }),
    ];
    expect(answers.map(({ status, json }) => [status, json['code']])).toEqual([
      [403, 'token.beyond-ceiling'],
      [403, 'token.beyond-ceiling'],
      [400, 'token.expiry'],
      [400, 'token.expiry'],
      [403, 'token.attenuation-needs-token'],
      [401, 'auth.required'],
    ]);
  });

  it('ends with any that it comes from, at once, with one audit event for all (W9)', async () => {
    const cyd = await auth.person('cyd');
    const parent = await auth.token(cyd, work);
    const [first, second, third] = await line(parent, 3);
    const sibling = await attenuate(parent);
    const ended = await auth.http('DELETE', `/api/v1/tokens/${first!.id}`, { as: cyd.session });
    expect(ended.status).toBe(204);
    expect(await Promise.all([first, second, third].map((token) => works(token!.token)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(await works(sibling.token)).toBe(true);
    for (const token of [first, second, third]) {
      expect(await auth.events(tokenRevoked, token!.id)).toMatchObject([
        { tokenHash: hashToken(token!.token as TokenText), reason: 'owner' },
      ]);
    }
    expect(await auth.audit(`token:${third!.id}`)).toEqual(['token.create']);
    const [event] = await auth.query(
      `SELECT details FROM audit_events WHERE action = 'token.revoke' AND subject = $1`,
      [`token:${first!.id}`],
    );
    expect(event?.['details']).toMatchObject({ descendants: 2 });
    expect(await works(parent.token)).toBe(true);
  });

  it('ends when its owner is suspended, and cannot be asked for once its parent has ended', async () => {
    const dan = await auth.person('dan');
    const parent = await auth.token(dan, work);
    const child = await attenuate(parent);
    const principal = await auth.principal(parent);
    await auth.http('PUT', '/api/v1/users/dan/suspension', { as: auth.admin, body: { suspended: true } });
    expect(await works(child.token)).toBe(false);
    const body = { description: 'late' };
    const late = await auth.httpAs('POST', '/api/v1/tokens/attenuate', principal, { body });
    expect([late.status, late.json['code']]).toEqual([401, 'auth.required']);
  });

  it('is made five times deep, and a hundred times of one', async () => {
    const eve = await auth.person('eve');
    const parent = await auth.token(eve, work);
    const deepest = (await line(parent, 5)).at(-1)!;
    expect((await ask(deepest, {})).json['code']).toBe('token.too-deep');
    const answers = await Promise.all(Array.from({ length: 105 }, () => ask(parent, {})));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(99);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ json }) => json['code']))).toEqual(
      new Set(['token.too-many']),
    );
    // They are not counted among those of their owner.
    expect((await auth.token(eve, work)).token).toMatch(/^wb-/);
  });

  it('is not made from one that fifty revoke at the same time, or ends with it (A11)', async () => {
    const fay = await auth.person('fay');
    const parent = await auth.token(fay, work);
    const principal = await auth.principal(parent);
    const body = { description: 'race' };
    const [revoked, made] = await Promise.all([
      Promise.all(
        Array.from({ length: 50 }, () => auth.http('DELETE', `/api/v1/tokens/${parent.id}`, { as: fay.session })),
      ),
      Promise.all(
        Array.from({ length: 20 }, () => auth.httpAs('POST', '/api/v1/tokens/attenuate', principal, { body })),
      ),
    ]);
    expect(revoked.every(({ status }) => status === 204 || status === 404)).toBe(true);
    const children = made.flatMap(({ status, json }) => (status === 201 ? [String(json['token'])] : []));
    expect((await Promise.all(children.map(works))).some(Boolean)).toBe(false);
    expect(await auth.audit(`token:${parent.id}`)).toEqual(['token.create', 'token.revoke']);
  });

  it('creates no token that stands by itself, and ends no token that it comes from (A4)', async () => {
    const gil = await auth.person('gil');
    const all = [{ actions: ['read', 'admin'], on: { kind: 'everything' } }];
    const parent = await auth.token(gil, all);
    const child = await attenuate(parent);
    const made = await auth.http('POST', '/api/v1/tokens', { as: child, body: { description: 'x', scopes: all } });
    expect(made.json).toMatchObject({ parentId: child.id });
    const beyond = { description: 'x', scopes: [{ actions: ['publish'], on: { kind: 'everything' } }] };
    expect((await auth.http('POST', '/api/v1/tokens', { as: child, body: beyond })).json['code']).toBe(
      'token.beyond-ceiling',
    );
    await auth.http('DELETE', `/api/v1/tokens/${parent.id}`, { as: gil.session });
    expect(await works(String(made.json['token']))).toBe(false);
  });

  it('names what it is on, of which a hidden thing is like a missing one (A6)', async () => {
    const hal = await auth.person('hal');
    publish.create('hidden-main', acme, 'private');
    const parent = await auth.token(hal, work);
    const on = (repository: string) => ({ scopes: [{ actions: ['read'], on: { kind: 'repository', repository } }] });
    const hidden = await ask(parent, on('hidden-main'));
    const missing = await ask(parent, on('no-such-thing'));
    expect([hidden.status, hidden.withoutRequestId]).toEqual([400, missing.withoutRequestId]);
    expect(hidden.json).toMatchObject({ code: 'token.scope-unknown', errors: [{ field: 'body.scopes.0.on' }] });
    const organization = (name: string) => ({
      scopes: [{ actions: ['read'], on: { kind: 'organization', organization: name } }],
    });
    expect((await ask(parent, organization('acme'))).withoutRequestId).toBe(
      (await ask(parent, organization('nobody'))).withoutRequestId,
    );
  });

  it('leaves no text of a token in logs, audit and events (W6)', async () => {
    const jan = await auth.person('jan');
    const parent = await auth.token(jan, work);
    const texts = [parent.token, ...(await line(parent, 2)).map(({ token }) => token)];
    await auth.http('DELETE', `/api/v1/tokens/${parent.id}`, { as: jan.session });
    const written = JSON.stringify([
      auth.logLines(),
      await auth.query('SELECT * FROM audit_events'),
      await auth.query('SELECT * FROM outbox'),
      await auth.query('SELECT * FROM tokens'),
    ]);
    expect(texts.filter((text) => written.includes(text) || written.includes(text.slice(3)))).toEqual([]);
  });
});
