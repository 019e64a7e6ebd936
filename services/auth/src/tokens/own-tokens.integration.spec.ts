import { randomUUID } from 'node:crypto';
import { createToken, listTokens, revokeTokenByKey } from '@waybill/contracts';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { DomainError, isTokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credential, type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const everything = { kind: 'everything' };
const packageWork = ['read', 'publish', 'metadata', 'yank', 'delete', 'restore'];

const list = async (as: Credential) => (await auth.ask(listTokens, { principal: await auth.principal(as) })).tokens;
const revoke = async (as: Credential, key: string) =>
  auth.ask(revokeTokenByKey, { principal: await auth.principal(as), key });

interface Wish {
  readonly password?: string;
  readonly readOnly?: boolean;
  readonly expiresInDays?: number;
  readonly packages?: { repositoryId: RepositoryId; packagePurl: PackagePurl }[];
  readonly clientAddress?: string;
}

const create = async (as: Credential, owner: Person, wish: Wish = {}) =>
  auth.ask(createToken, {
    principal: await auth.principal(as),
    password: owner.password,
    description: 'npm token',
    readOnly: false,
    clientAddress: '10.0.3.1',
    ...wish,
  });

const codeOf = (error: unknown) => (error instanceof DomainError ? error.code : error);

describe('tokens as npm manages them', () => {
  it('are made for a password, listed by key and prefix, and revoked by key', async () => {
    const ada = await auth.person('ada');
    const { text, token } = await create(ada.session, ada, { expiresInDays: 7 });
    expect(isTokenText(text)).toBe(true);
    expect(token).toMatchObject({ readOnly: false, scopes: [{ actions: packageWork, on: everything }] });
    expect(token.key).toMatch(/^[0-9a-f]{32}$/);
    expect(text.startsWith(token.prefix)).toBe(true);
    const days = (Date.parse(token.expiresAt) - Date.parse(token.createdAt)) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    expect(await list(ada.session)).toEqual([token]);
    expect(JSON.stringify(await list({ token: text }))).not.toContain(text);
    expect(await revoke(ada.session, token.key)).toEqual({ revoked: true });
    expect(await revoke(ada.session, token.key)).toEqual({ revoked: false });
    expect(await list(ada.session)).toEqual([]);
    expect(await auth.principal({ token: text })).toEqual({ kind: 'anonymous' });
    const [row] = await auth.query(`SELECT token_id FROM tokens WHERE user_id = $1`, [ada.userId]);
    expect(await auth.audit(`token:${String(row?.['token_id'])}`)).toEqual(['token.create', 'token.revoke']);
  });

  it('that only read, only read; those for packages reach only them', async () => {
    const ben = await auth.person('ben');
    const reader = await create(ben.session, ben, { readOnly: true });
    expect(reader.token).toMatchObject({ readOnly: true, scopes: [{ actions: ['read'], on: everything }] });
    const repositoryId = randomUUID() as RepositoryId;
    const packagePurl = 'pkg:npm/left-pad' as PackagePurl;
    const narrow = await create(ben.session, ben, { packages: [{ repositoryId, packagePurl }] });
    expect(narrow.token.scopes).toEqual([
      { actions: packageWork, on: { kind: 'package', repositoryId, purl: packagePurl } },
    ]);
    await expect(create(ben.session, ben, { packages: [] })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(list({ token: narrow.text })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('are made by tokens no wider and no longer-lived than those, even for the right password (A4)', async () => {
    const cyd = await auth.person('cyd');
    const reader = await create(cyd.session, cyd, { readOnly: true, expiresInDays: 2 });
    const as = { token: reader.text };
    await expect(create(as, cyd)).rejects.toMatchObject({ kind: 'forbidden', code: 'token.beyond-ceiling' });
    await expect(create(as, cyd, { readOnly: true, expiresInDays: 3 })).rejects.toMatchObject({
      code: 'token.beyond-ceiling',
    });
    const child = await create(as, cyd, { readOnly: true });
    expect(child.token.expiresAt).toBe(reader.token.expiresAt);
    const packages = [{ repositoryId: randomUUID() as RepositoryId, packagePurl: 'pkg:npm/a' as PackagePurl }];
    const narrow = await create(as, cyd, { readOnly: true, packages });
    await expect(create({ token: narrow.text }, cyd, { readOnly: true })).rejects.toMatchObject({
      code: 'token.beyond-ceiling',
    });
  });

  it('end themselves and what may do no more than they; nothing wider, and nobody else’s (A3, A4)', async () => {
    const dan = await auth.person('dan');
    const eve = await auth.person('eve');
    const wide = await create(dan.session, dan);
    const reader = await create(dan.session, dan, { readOnly: true });
    await expect(revoke({ token: reader.text }, wide.token.key)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await revoke(eve.session, wide.token.key)).toEqual({ revoked: false });
    expect(await revoke(eve.session, 'not a key')).toEqual({ revoked: false });
    expect(await revoke(eve.session, '0'.repeat(32))).toEqual({ revoked: false });
    expect(await revoke({ token: reader.text }, reader.token.key)).toEqual({ revoked: true });
    const another = await create(dan.session, dan, { readOnly: true });
    expect(await revoke({ token: wide.text }, another.token.key)).toEqual({ revoked: true });
  });

  it('are not made for a wrong password, a past or endless life, or nobody', async () => {
    const fay = await auth.person('fay');
    const wrong = create(fay.session, fay, { password: 'a wrong password' });
    await expect(wrong).rejects.toMatchObject({ kind: 'unauthenticated', code: 'login.failed' });
    await expect(create(fay.session, fay, { expiresInDays: 3000 })).rejects.toMatchObject({ code: 'token.expiry' });
    await expect(create({ token: 'wb-nobody' }, fay)).rejects.toMatchObject({ kind: 'unauthenticated' });
    await expect(list({ token: 'wb-nobody' })).rejects.toMatchObject({ kind: 'unauthenticated' });
    await expect(revoke({ token: 'wb-nobody' }, '0'.repeat(32))).rejects.toMatchObject({ kind: 'unauthenticated' });
    const address = { clientAddress: '10.6.6.6', password: 'a guess at it' };
    const codes: unknown[] = [];
    for (let count = 0; count < 11; count += 1) {
      codes.push(await create(fay.session, fay, address).catch(codeOf));
    }
    expect(codes[10]).toBe('login.throttled');
    expect(await create(fay.session, fay)).toHaveProperty('text');
  });
});
