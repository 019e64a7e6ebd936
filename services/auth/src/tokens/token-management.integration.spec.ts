import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let publish: PublishDouble;

beforeAll(async () => {
  auth = await startAuth();
  publish = new PublishDouble(auth.bus);
});

afterAll(async () => {
  await auth.stop();
});

const path = '/api/v1/tokens';
const reading = [{ actions: ['read'], on: { kind: 'everything' } }];

describe('tokens as people manage them', () => {
  it('are made after a proof of a moment ago only, since no token is asked for one (W7)', async () => {
    const olga = await auth.person('olga');
    await auth.query(`UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1`, [olga.userId]);
    const body = { description: 'all', scopes: reading };
    const { status, json } = await auth.http('POST', path, { as: olga.session, body });
    expect([status, json['code']]).toEqual([403, 'auth.step-up-required']);
    const proof = { as: olga.session, body: { password: olga.password } };
    expect((await auth.http('POST', '/api/v1/session/proof', proof)).status).toBe(204);
    expect((await auth.http('POST', path, { as: olga.session, body })).status).toBe(201);
  });

  it('are listed newest first, a page at a time, each once', async () => {
    const ada = await auth.person('ada');
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.unshift((await auth.token(ada, reading)).id);
    const seen: unknown[] = [];
    let target = `${path}?limit=2`;
    for (let count = 0; count < 3; count += 1) {
      const page = await auth.http('GET', target, { as: ada.session });
      seen.push(...(page.json['items'] as { id: string }[]).map(({ id }) => id));
      target = /<([^>]*)>; rel="next"/.exec(String(page.headers['link']))?.[1] ?? '';
    }
    expect([seen, target]).toEqual([made, '']);
    expect((await auth.http('GET', `${path}?cursor=nonsense`, { as: ada.session })).status).toBe(400);
    expect((await auth.http('GET', `${path}?limit=1000`, { as: ada.session })).status).toBe(400);
  });

  it('are described anew by their owner, from the version that was read, with one audit event (A3, W9)', async () => {
    const ben = await auth.person('ben');
    const eve = await auth.person('eve');
    const { id } = await auth.token(ben, reading);
    const one = await auth.http('GET', `${path}/${id}`, { as: ben.session });
    const change = (description: unknown, as = ben, headers = {}) =>
      auth.http('PATCH', `${path}/${id}`, { as: as.session, body: { description }, headers });
    const match = { 'if-match': String(one.headers['etag']) };
    const changed = await change('the\nlaptop', ben, match);
    expect([changed.status, changed.json['description']]).toEqual([200, 'the laptop']);
    expect((await change('late', ben, match)).json['code']).toBe('etag.stale');
    expect((await change('the laptop')).status).toBe(200);
    expect((await change('mine', eve)).status).toBe(404);
    expect((await change(17)).status).toBe(400);
    expect((await auth.http('PATCH', `${path}/${id}`, { as: ben.session, body: { scopes: [] } })).status).toBe(400);
    expect((await auth.http('GET', `${path}/${id}`, { as: eve.session })).withoutRequestId).toBe(
      (await auth.http('GET', `${path}/${randomUUID()}`, { as: eve.session })).withoutRequestId,
    );
    expect(await auth.audit(`token:${id}`)).toEqual(['token.create', 'token.change']);
  });

  it('end themselves, however little they may do; no session does (A4, A11)', async () => {
    const fay = await auth.person('fay');
    const { id, token } = await auth.token(fay, reading);
    const me = await auth.http('GET', '/api/v1/session', { as: { token } });
    expect(me.json).toMatchObject({ kind: 'token', id: fay.userId, username: 'fay', tokenId: id });
    expect((await auth.http('GET', '/api/v1/session', { as: fay.session })).json).not.toHaveProperty('tokenId');
    const refused = await auth.http('DELETE', `${path}/current`, { as: fay.session });
    expect([refused.status, refused.json['code']]).toEqual([403, 'token.current-needs-token']);
    expect((await auth.http('DELETE', `${path}/current`)).status).toBe(401);
    expect((await auth.http('DELETE', `${path}/current`, { as: { token } })).status).toBe(204);
    expect((await auth.introspect({ token })).principal).toBeNull();
    expect(await auth.audit(`token:${id}`)).toEqual(['token.create', 'token.revoke']);
  });

  it('are made once for one Idempotency-Key, whose answer is not at rest (W6)', async () => {
    const cyd = await auth.person('cyd');
    const body = { description: 'once', preset: 'read-only' };
    const headers = { 'idempotency-key': randomUUID() };
    const first = await auth.http('POST', path, { as: cyd.session, body, headers });
    const again = await auth.http('POST', path, { as: cyd.session, body, headers });
    expect([first.status, again.json]).toEqual([201, first.json]);
    const kept = JSON.stringify(await auth.query('SELECT * FROM idempotency_keys'));
    expect(kept).not.toContain(String(first.json['token']));
    const guessable = { 'idempotency-key': 'short' };
    expect((await auth.http('POST', path, { as: cyd.session, body, headers: guessable })).status).toBe(400);
  });

  it('name what they are on: organizations, repositories, packages, families of names', async () => {
    const dan = await auth.person('dan');
    const organizationId = (await auth.organizationId('acme')) as OrganizationId;
    await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username: 'dan', role: 'member' } });
    const { repositoryId } = publish.create('main', organizationId);
    const targets = [
      [
        { kind: 'organization', organization: 'acme' },
        { kind: 'organization', organizationId },
      ],
      [
        { kind: 'pattern', organization: 'acme', purlPrefix: 'pkg:npm/%40acme/' },
        { kind: 'pattern', organizationId, purlPrefix: 'pkg:npm/%40acme/' },
      ],
      [
        { kind: 'repository', repository: 'main' },
        { kind: 'repository', repositoryId },
      ],
      [
        { kind: 'package', repository: 'main', purl: 'pkg:npm/left-pad' },
        { kind: 'package', repositoryId, purl: 'pkg:npm/left-pad' },
      ],
    ];
    for (const [on, resolved] of targets) {
      const made = await auth.http('POST', path, {
        as: dan.session,
        body: { description: 'x', preset: 'ci', on },
      });
      expect(made.json['scopes']).toEqual([{ actions: ['read', 'publish'], on: resolved }]);
    }
    const outsider = await auth.person('olga');
    const ask = (on: object) =>
      auth.http('POST', path, { as: outsider.session, body: { description: 'x', preset: 'ci', on } });
    for (const [on] of targets.slice(2)) {
      const hidden = await ask(on!);
      const missing = await ask({ ...on, repository: 'no-such-thing' });
      expect([hidden.status, hidden.withoutRequestId]).toEqual([400, missing.withoutRequestId]);
    }
  });
});
