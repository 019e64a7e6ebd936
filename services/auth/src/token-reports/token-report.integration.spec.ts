import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let acme: string;
let ada: Person;
const path = '/api/v1/orgs/acme/token-report';

beforeAll(async () => {
  auth = await startAuth();
  acme = await auth.organizationId('acme');
  ada = await auth.person('ada');
  await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username: 'ada', role: 'member' } });
});

afterAll(async () => {
  await auth.stop();
});

const on = (target: object, actions = ['read']) => ({ actions, on: target });
const rowsOf = (json: Record<string, unknown>) => json['items'] as Record<string, unknown>[];

describe('the report of tokens', () => {
  it('shows what reaches into the organization: whose, of what, how old, and nothing of others', async () => {
    const elsewhere = randomUUID();
    const foreign = randomUUID();
    await auth.query(
      `INSERT INTO known_repositories (repository_id, organization_id, slug) VALUES ($1, $2, 'foreign')`,
      [foreign, elsewhere],
    );
    const inside = await auth.token(ada, [
      on({ kind: 'organization', organizationId: acme }),
      on({ kind: 'organization', organizationId: elsewhere }, ['publish']),
    ]);
    const outside = await auth.token(ada, [on({ kind: 'repository', repositoryId: foreign })]);
    const unknown = await auth.token(ada, [
      on({ kind: 'package', repositoryId: randomUUID(), purl: 'pkg:npm/secret-name' }),
    ]);
    const stranger = await auth.token(await auth.person('sam'), [on({ kind: 'everything' })]);
    const { json, text } = await auth.http('GET', path, { as: auth.admin });
    const ids = rowsOf(json).map((row) => row['id']);
    expect(ids).toEqual(expect.arrayContaining([inside.id, unknown.id]));
    expect(ids).not.toContain(outside.id);
    expect(ids).not.toContain(stranger.id);
    expect(rowsOf(json).find((row) => row['id'] === inside.id)).toMatchObject({
      owner: 'ada',
      kind: 'personal',
      attenuated: false,
      ageDays: 0,
      lastUsedAt: null,
      scopes: [on({ kind: 'organization', organizationId: acme })],
    });
    expect(text).not.toMatch(/secret-name|token_hash|wb-[0-9A-Za-z]{10}/);
  });

  it('comes in pages, of those that are not used, and as CSV without formulas', async () => {
    const old = await auth.token(ada, [on({ kind: 'everything' })]);
    await auth.query(`UPDATE tokens SET created_at = now() - interval '40 days' WHERE token_id = $1`, [old.id]);
    const unused = await auth.http('GET', `${path}?unusedDays=30`, { as: auth.admin });
    expect(rowsOf(unused.json).map((row) => row['id'])).toEqual([old.id]);
    const all: unknown[] = [];
    let next = '';
    do {
      const page = await auth.http('GET', `${path}?limit=1${next === '' ? '' : `&cursor=${next}`}`, { as: auth.admin });
      all.push(...rowsOf(page.json).map((row) => row['id']));
      next = (page.json['next'] as string | null) ?? '';
    } while (next !== '');
    const whole = await auth.http('GET', `${path}?limit=100`, { as: auth.admin });
    expect(all).toEqual(rowsOf(whole.json).map((row) => row['id']));
    const csv = await auth.http('GET', `${path}?format=csv`, { as: auth.admin });
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text.split('\r\n')[0]).toBe(
      'id,prefix,kind,owner,attenuated,scopes,createdAt,ageDays,expiresAt,lastUsedAt',
    );
    expect(csv.text.split('\r\n').filter((line) => line !== '')).toHaveLength(all.length + 1);
  });

  it('is for who audits, and of the whole installation for its administrators (A3, A6)', async () => {
    const auditor = await auth.person('audrey');
    await auth.http('POST', '/api/v1/orgs/acme/members', {
      as: auth.admin,
      body: { username: 'audrey', role: 'auditor' },
    });
    const outsider = await auth.person('olga');
    const ask = async (target: string, as?: Person) =>
      (await auth.http('GET', target, as === undefined ? {} : { as: as.session })).status;
    expect([await ask(path, auditor), await ask(path, ada), await ask(path, outsider), await ask(path)]).toEqual([
      200, 403, 404, 401,
    ]);
    const all = '/api/v1/token-report';
    expect([await ask(all, auditor), await ask(all)]).toEqual([403, 401]);
    const whole = await auth.http('GET', all, { as: auth.admin });
    expect(rowsOf(whole.json).map((row) => row['owner'])).toEqual(expect.arrayContaining(['ada', 'admin', 'sam']));
    expect(await ask(`${path}?unusedDays=x`, auditor)).toBe(400);
    expect(await ask(`${path}?cursor=x`, auditor)).toBe(400);
  });
});
