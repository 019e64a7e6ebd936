import {
  grantsChanged,
  introspectCredential,
  issueTokenForPassword,
  reportLeakedTokens,
  revokeToken,
  tokenRevoked,
} from '@waybill/contracts';
import { hashToken, isTokenText, newTokenText, type TokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const readEverything = [{ actions: ['read'], on: { kind: 'everything' } }];
const adminEverything = [{ actions: ['admin', 'read'], on: { kind: 'everything' } }];

describe('tokens', () => {
  it('show their text once, store only a hash and a prefix, and stand for their owner (W6)', async () => {
    const ada = await auth.person('ada');
    const created = await auth.http('POST', '/api/v1/tokens', {
      as: ada.session,
      body: { description: 'laptop', scopes: readEverything },
    });
    expect(created.status).toBe(201);
    expect(created.headers['cache-control']).toBe('no-store');
    const text = String(created.json['token']);
    expect(isTokenText(text)).toBe(true);
    const listed = await auth.http('GET', '/api/v1/tokens', { as: ada.session });
    expect(listed.json['items']).toMatchObject([
      { prefix: `${text.slice(0, 7)}…`, description: 'laptop', lastUsedAt: null },
    ]);
    expect(JSON.stringify(listed.json)).not.toContain(text);
    const [row] = await auth.query('SELECT * FROM tokens WHERE token_hash = $1', [hashToken(text as TokenText)]);
    expect(JSON.stringify(row)).not.toContain(text);
    const { principal } = await auth.introspect({ token: text });
    expect(principal).toMatchObject({
      kind: 'token',
      username: 'ada',
      scopes: readEverything,
      installationAdmin: false,
    });
  });

  it('of somebody else are not found, and neither are those that never were (A3, A6)', async () => {
    const ben = await auth.person('ben');
    const eve = await auth.person('eve');
    const { id } = await auth.token(ben, readEverything);
    const foreign = await auth.http('DELETE', `/api/v1/tokens/${id}`, { as: eve.session });
    const missing = await auth.http('DELETE', `/api/v1/tokens/${crypto.randomUUID()}`, { as: eve.session });
    const malformed = await auth.http('DELETE', `/api/v1/tokens/1%20or%201=1`, { as: eve.session });
    expect([foreign.status, missing.status, malformed.status]).toEqual([404, 404, 404]);
    expect(foreign.withoutRequestId).toEqual(missing.withoutRequestId);
    const anonymous = await auth.http('DELETE', `/api/v1/tokens/${id}`);
    expect(anonymous.status).toBe(401);
    expect((await auth.http('GET', '/api/v1/tokens', { as: eve.session })).json['items']).toEqual([]);
    expect((await auth.http('DELETE', `/api/v1/tokens/${id}`, { as: ben.session })).status).toBe(204);
  });

  it('create no wider or longer-lived token than themselves (A4)', async () => {
    const cyd = await auth.person('cyd');
    const inADay = new Date(Date.now() + 86_400_000).toISOString();
    const admin = await auth.token(cyd, adminEverything, inADay);
    const reader = await auth.token(cyd, readEverything);
    const create = (as: { token: string }, scopes: unknown, expiresAt?: string) =>
      auth.http('POST', '/api/v1/tokens', {
        as,
        body: { description: 'child', scopes, ...(expiresAt && { expiresAt }) },
      });
    expect((await create(reader, readEverything)).status).toBe(403);
    const wider = await create(admin, [{ actions: ['publish'], on: { kind: 'everything' } }]);
    expect([wider.status, wider.json['code']]).toEqual([403, 'token.beyond-ceiling']);
    const longer = await create(admin, readEverything, new Date(Date.now() + 2 * 86_400_000).toISOString());
    expect([longer.status, longer.json['code']]).toEqual([403, 'token.beyond-ceiling']);
    const child = await create(admin, readEverything);
    expect(child.status).toBe(201);
    expect(child.json['expiresAt']).toBe(inADay);
  });

  it('give nothing that their scopes do not name: publishing is not reading (A7)', async () => {
    const dan = await auth.person('dan');
    const writer = await auth.token(dan, [{ actions: ['publish'], on: { kind: 'everything' } }]);
    expect((await auth.http('GET', '/api/v1/tokens', { as: writer })).status).toBe(404);
    expect((await auth.http('GET', '/api/v1/users/dan', { as: writer })).status).toBe(404);
  });

  it.each([
    ['no scopes', { description: 'x', scopes: [] }],
    ['unknown actions', { description: 'x', scopes: [{ actions: ['fly'], on: { kind: 'everything' } }] }],
    ['a past expiry', { description: 'x', scopes: readEverything, expiresAt: '2020-01-01T00:00:00Z' }],
    ['an expiry in ten years', { description: 'x', scopes: readEverything, expiresAt: '2099-01-01T00:00:00Z' }],
    ['fields that nobody declared', { description: 'x', scopes: readEverything, userId: crypto.randomUUID() }],
  ])('refuse %s', async (_what, body) => {
    const fay = await auth.person('fay');
    expect((await auth.http('POST', '/api/v1/tokens', { as: fay.session, body })).status).toBe(400);
  });

  it('revoked twenty times at once are revoked once, with one event and one audit event (W9)', async () => {
    const gil = await auth.person('gil');
    const { id, token } = await auth.token(gil, readEverything);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => auth.http('DELETE', `/api/v1/tokens/${id}`, { as: gil.session })),
    );
    expect(answers.every(({ status }) => status === 204 || status === 404)).toBe(true);
    expect(await auth.events(tokenRevoked, id)).toMatchObject([
      { tokenId: id, tokenHash: hashToken(token as TokenText), reason: 'owner' },
    ]);
    expect(await auth.audit(`token:${id}`)).toEqual(['token.create', 'token.revoke']);
    expect((await auth.introspect({ token })).principal).toBeNull();
  });

  it('stop to work when they expire or their owner is suspended', async () => {
    const hal = await auth.person('hal');
    const expired = await auth.token(hal, readEverything);
    const other = await auth.token(hal, readEverything);
    await auth.query(`UPDATE tokens SET expires_at = now() - interval '1 second' WHERE token_id = $1`, [expired.id]);
    expect((await auth.introspect(expired)).principal).toBeNull();
    expect((await auth.introspect(other)).principal).not.toBeNull();
    await auth.http('PUT', '/api/v1/users/hal/suspension', { as: auth.admin, body: { suspended: true } });
    expect((await auth.introspect(other)).principal).toBeNull();
    expect((await auth.introspect(hal.session)).principal).toBeNull();
    expect((await auth.events(grantsChanged, hal.userId)).length).toBeGreaterThanOrEqual(1);
  });

  it('remember when they were used, to the minute', async () => {
    const ida = await auth.person('ida');
    const token = await auth.token(ida, readEverything);
    await auth.introspect(token);
    await auth.flushLastUse();
    const [first] = await auth.query('SELECT last_used_at FROM tokens WHERE token_id = $1', [token.id]);
    expect(first?.['last_used_at']).toBeInstanceOf(Date);
    await auth.introspect(token);
    await auth.flushLastUse();
    const [second] = await auth.query('SELECT last_used_at FROM tokens WHERE token_id = $1', [token.id]);
    expect(second).toEqual(first);
  });
});

describe('tokens of native clients', () => {
  it('are given for a password, and may neither manage tokens nor people (A4)', async () => {
    const jon = await auth.person('jon');
    const request = { username: 'Jon', password: jon.password, description: 'npm login', clientAddress: '10.0.1.1' };
    const issued = await auth.ask(issueTokenForPassword, request);
    expect(issued.username).toBe('jon');
    const { principal } = await auth.introspect(issued);
    expect(principal).toMatchObject({ kind: 'token', username: 'jon' });
    expect(
      (await auth.http('POST', '/api/v1/tokens', { as: issued, body: { description: 'x', scopes: readEverything } }))
        .status,
    ).toBe(403);
  });

  it('are not given for a wrong one, in the same words whether the user exists or not (A6)', async () => {
    await auth.person('kim');
    const wrong = { password: 'not the password', description: 'npm login', clientAddress: '10.0.1.2' };
    const known = await auth.ask(issueTokenForPassword, { ...wrong, username: 'kim' }).catch((error: unknown) => error);
    const unknown = await auth
      .ask(issueTokenForPassword, { ...wrong, username: 'nobody' })
      .catch((error: unknown) => error);
    expect(known).toMatchObject({ kind: 'unauthenticated', code: 'login.failed' });
    expect(unknown).toEqual(known);
  });

  it('are revoked by a native logout, only by their owner, and as often as one likes', async () => {
    const lea = await auth.person('lea');
    const max = await auth.person('max');
    const { token } = await auth.token(lea, readEverything);
    const tokenHash = hashToken(token as TokenText);
    const asMax = (await auth.introspect(max.session)).principal!;
    const asLea = (await auth.introspect(lea.session)).principal!;
    expect(await auth.ask(revokeToken, { principal: asMax, tokenHash })).toEqual({ revoked: false });
    expect(await auth.ask(revokeToken, { principal: asLea, tokenHash })).toEqual({ revoked: true });
    expect(await auth.ask(revokeToken, { principal: asLea, tokenHash })).toEqual({ revoked: false });
  });

  it('that were found in a package are revoked, whoever owns them (P11)', async () => {
    const ned = await auth.person('ned');
    const leaked = await auth.token(ned, readEverything);
    const tokenHashes = [leaked.token as TokenText, newTokenText()].map(hashToken);
    const report = { tokenHashes, foundIn: 'pkg:npm/oops@1.0.0 .npmrc' };
    expect(await auth.ask(reportLeakedTokens, report)).toEqual({ revoked: 1 });
    expect(await auth.ask(reportLeakedTokens, report)).toEqual({ revoked: 0 });
    expect(await auth.events(tokenRevoked, leaked.id)).toMatchObject([{ reason: 'leaked' }]);
    expect(await auth.ask(introspectCredential, { kind: 'token', tokenHash: tokenHashes[0]! })).toEqual({
      principal: null,
      expiresAt: null,
    });
  });
});
