import { tokenRevoked } from '@waybill/contracts';
import type { TokenText } from '@waybill/domain';
import { hashToken } from '@waybill/domain';
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
  it('ends with any that it comes from, at once, with one audit event for all (W9)', async () => {
    const cyd = await auth.person('cyd');
    const parent = await auth.token(cyd, work);
    const [first, second, third] = await ground.line(parent, 3);
    const sibling = await ground.attenuate(parent);
    const ended = await auth.http('DELETE', `/api/v1/tokens/${first!.id}`, { as: cyd.session });
    expect(ended.status).toBe(204);
    expect(await Promise.all([first, second, third].map((token) => ground.works(token!.token)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(await ground.works(sibling.token)).toBe(true);
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
    expect(await ground.works(parent.token)).toBe(true);
  });

  it('ends when its owner is suspended, and cannot be asked for once its parent has ended', async () => {
    const dan = await auth.person('dan');
    const parent = await auth.token(dan, work);
    const child = await ground.attenuate(parent);
    const principal = await auth.principal(parent);
    await auth.http('PUT', '/api/v1/users/dan/suspension', { as: auth.admin, body: { suspended: true } });
    expect(await ground.works(child.token)).toBe(false);
    const body = { description: 'late' };
    const late = await auth.httpAs('POST', '/api/v1/tokens/attenuate', principal, { body });
    expect([late.status, late.json['code']]).toEqual([401, 'auth.required']);
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
    expect((await Promise.all(children.map((token) => ground.works(token)))).some(Boolean)).toBe(false);
    expect(await auth.audit(`token:${parent.id}`)).toEqual(['token.create', 'token.revoke']);
  });
});
