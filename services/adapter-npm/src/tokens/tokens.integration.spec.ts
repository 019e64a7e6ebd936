import type { RequestOf } from '@waybill/contracts';
import { createToken, listTokens, revokeToken, revokeTokenByKey } from '@waybill/contracts';
import { DomainError, hashToken, newTokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { person } from '../../test/principals.js';
import { PublishService } from '../../test/publish-service.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { externalUrl, startAdapter } from '../../test/running-adapter.js';

const target = '/npm/main/-/npm/v1/tokens';
const text = newTokenText();
const made: RequestOf<typeof createToken>[] = [];
const revoked: string[] = [];
let adapter: RunningAdapter;

function token(index: number) {
  const at = new Date(Date.UTC(2026, 0, 1 + index)).toISOString();
  return {
    key: index.toString(16).padStart(32, '0'),
    prefix: 'wb-abcdef',
    description: `ci ${String(index)}`,
    scopes: [],
    readOnly: true,
    createdAt: at,
    expiresAt: at,
    lastUsedAt: null,
  };
}

beforeAll(async () => {
  adapter = await startAdapter();
  await PublishService.start(adapter);
  const bus = adapter.operator;
  answering(bus, listTokens, () => ({ tokens: [token(0), token(1), token(2)] }));
  answering(bus, createToken, (request) => {
    if (request.password !== 'right') throw new DomainError('unauthenticated', 'auth.password', 'Wrong password.');
    made.push(request);
    return { text, token: token(3) };
  });
  answering(bus, revokeTokenByKey, ({ key }) => ({ revoked: revoked.push(key) > 0 && key === token(0).key }));
  answering(bus, revokeToken, ({ tokenHash }) => ({ revoked: revoked.push(tokenHash) > 0 }));
});

afterAll(async () => {
  await adapter.stop();
});

describe('npm token list', () => {
  it('1(f) 9: has no next page on the last one', async () => {
    const principal = person();
    const whole = (await adapter.call(target, { principal })).json();
    expect(whole).toMatchObject({ total: 3, urls: {}, objects: [{ token: 'wb-abcdef', key: token(0).key }, {}, {}] });
    expect(whole['urls']).toEqual({});
    const first = await adapter.call(`${target}?perPage=2&page=0`, { principal });
    expect(first.json()['urls']).toEqual({ next: `${externalUrl}${target}?page=1&perPage=2` });
    expect(first.headers['cache-control']).toBe('no-store');
    const last = (await adapter.call(`${target}?page=1&perPage=2`, { principal })).json();
    expect(last['objects']).toHaveLength(1);
    expect(last['urls']).toEqual({});
    expect((await adapter.call(`${target}?perPage=0&page=x`, { principal })).json()['objects']).toHaveLength(1);
  });

  it('is the caller’s own', async () => {
    expect((await adapter.call(target)).status).toBe(401);
    expect((await adapter.call(target, { method: 'POST', json: { password: 'right' } })).status).toBe(401);
    expect((await adapter.call(`${target}/token/abc`, { method: 'DELETE' })).status).toBe(401);
  });
});

describe('npm token create', () => {
  const create = (json: unknown) => adapter.call(target, { method: 'POST', json, principal: person() });

  it('takes the words of npm 10 and of npm 11, and shows the text once', async () => {
    const old = await create({ password: 'right', readonly: true, cidr_whitelist: [] });
    expect(old.status).toBe(200);
    expect(old.json()).toMatchObject({ token: text, key: token(3).key, cidr_whitelist: null });
    expect(old.headers['cache-control']).toBe('no-store');
    const packages = ['@acme/a'];
    const options = { description: 'builds', expires: 30, packages, packages_and_scopes_permission: 'read-write' };
    expect((await create({ name: 'ci', password: 'right', ...options, bypass_2fa: true })).status).toBe(200);
    expect((await create({ password: 'right' })).status).toBe(200);
    expect(made).toMatchObject([
      { readOnly: true, description: 'npm token' },
      {
        readOnly: false,
        description: 'ci: builds',
        expiresInDays: 30,
        packages: [{ repositoryId: adapter.repositories.public.repositoryId, packagePurl: 'pkg:npm/%40acme/a' }],
      },
      { readOnly: false },
    ]);
    expect(made[2]).not.toHaveProperty('packages');
  });

  it('makes none that would be wider than was asked for', async () => {
    const before = made.length;
    for (const wish of [
      { cidr_whitelist: ['10.0.0.0/8'] },
      { scopes: ['@acme'] },
      { orgs: ['acme'] },
      { packages_and_scopes_permission: 'no-access' },
      { packages_and_scopes_permission: 'read-write-stage-only' },
      { packages: ['Not A Name'] },
      { expires: -1 },
    ]) {
      const answer = await create({ password: 'right', ...wish });
      expect(answer.status).toBe(400);
      expect(answer.json()['error']).toBeTruthy();
    }
    expect(made).toHaveLength(before);
    expect((await create({ password: 'wrong' })).status).toBe(401);
  });
});

describe('npm token revoke', () => {
  it('takes a key or the whole text, which reaches auth as a hash only (W6)', async () => {
    const revoke = async (which: string) =>
      (await adapter.call(`${target}/token/${which}`, { method: 'DELETE', principal: person() })).status;
    expect(await revoke(token(0).key)).toBe(204);
    expect(await revoke(text)).toBe(204);
    expect(await revoke('unknown')).toBe(404);
    expect(revoked).toEqual([token(0).key, hashToken(text), 'unknown']);
  });
});
