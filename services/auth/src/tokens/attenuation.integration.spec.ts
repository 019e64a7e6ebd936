import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttenuationGround, work } from '../../test/attenuation-ground.js';
import type { RunningAuth } from '../../test/running-auth.js';

let ground: AttenuationGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await AttenuationGround.start();
  ({ auth } = ground);
});

afterAll(() => auth.stop());

describe('a token made from a token', () => {
  it('does what both allow, whatever it asks for, and lives an hour (A4)', async () => {
    const ada = await auth.person('ada');
    const repository = ground.publish.create('ada-main', ground.acme, 'public');
    const parent = await auth.token(ada, work);
    const { id, token } = await ground.attenuate(parent, {
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
    expect((await ground.ask(parent, {})).json['expiresAt']).toBe(soon);
    const answers = [
      await ground.ask(parent, { ttlSeconds: 601 }),
      await ground.ask(parent, { expiresAt: new Date(Date.now() + 700_000).toISOString() }),
      await ground.ask(parent, { ttlSeconds: 60, expiresAt: soon }),
      await ground.ask(parent, { expiresAt: '2020-01-01T00:00:00Z' }),
      await ground.ask(ben.session, {}),
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

  it('is made five times deep, and a hundred times of one', async () => {
    const eve = await auth.person('eve');
    const parent = await auth.token(eve, work);
    const deepest = (await ground.line(parent, 5)).at(-1)!;
    expect((await ground.ask(deepest, {})).json['code']).toBe('token.too-deep');
    const answers = [];
    // Each waits for the lock of the parent: fifteen at once do so on any machine.
    for (let round = 0; round < 7; round += 1) {
      answers.push(...(await Promise.all(Array.from({ length: 15 }, () => ground.ask(parent, {})))));
    }
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(99);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ json }) => json['code']))).toEqual(
      new Set(['token.too-many']),
    );
    // They are not counted among those of their owner.
    expect((await auth.token(eve, work)).token).toMatch(/^wb-/);
  });

  it('creates no token that stands by itself, and ends no token that it comes from (A4)', async () => {
    const gil = await auth.person('gil');
    const all = [{ actions: ['read', 'admin'], on: { kind: 'everything' } }];
    const parent = await auth.token(gil, all);
    const child = await ground.attenuate(parent);
    const made = await auth.http('POST', '/api/v1/tokens', { as: child, body: { description: 'x', scopes: all } });
    expect(made.json).toMatchObject({ parentId: child.id });
    const beyond = { description: 'x', scopes: [{ actions: ['publish'], on: { kind: 'everything' } }] };
    expect((await auth.http('POST', '/api/v1/tokens', { as: child, body: beyond })).json['code']).toBe(
      'token.beyond-ceiling',
    );
    await auth.http('DELETE', `/api/v1/tokens/${parent.id}`, { as: gil.session });
    expect(await ground.works(String(made.json['token']))).toBe(false);
  });

  it('names what it is on, of which a hidden thing is like a missing one (A6)', async () => {
    const hal = await auth.person('hal');
    ground.publish.create('hidden-main', ground.acme, 'private');
    const parent = await auth.token(hal, work);
    const on = (repository: string) => ({ scopes: [{ actions: ['read'], on: { kind: 'repository', repository } }] });
    const hidden = await ground.ask(parent, on('hidden-main'));
    const missing = await ground.ask(parent, on('no-such-thing'));
    expect([hidden.status, hidden.withoutRequestId]).toEqual([400, missing.withoutRequestId]);
    expect(hidden.json).toMatchObject({ code: 'token.scope-unknown', errors: [{ field: 'body.scopes.0.on' }] });
    const organization = (name: string) => ({
      scopes: [{ actions: ['read'], on: { kind: 'organization', organization: name } }],
    });
    expect((await ground.ask(parent, organization('acme'))).withoutRequestId).toBe(
      (await ground.ask(parent, organization('nobody'))).withoutRequestId,
    );
  });

  it('leaves no text of a token in logs, audit and events (W6)', async () => {
    const jan = await auth.person('jan');
    const parent = await auth.token(jan, work);
    const texts = [parent.token, ...(await ground.line(parent, 2)).map(({ token }) => token)];
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
