import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl } from '@waybill/domain';
import { lookupKey, lookupKeys } from '@waybill/trusted-publishing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf, githubIssuer, publishersPath, PublishersGround } from '../../test/publishers-ground.js';
import { PublisherCandidatesRepository } from './publisher-candidates.repository.js';
import { soundRule } from './publisher-rule.rules.js';

let ground: PublishersGround;
const leftPad = 'pkg:npm/left-pad' as PackagePurl;
const enterprise = `${githubIssuer}/acme-inc`;
const token = claimsOf('github-actions', githubIssuer);

beforeAll(async () => {
  ground = await PublishersGround.start();
  await ground.repository('second');
});

afterAll(async () => {
  await ground.auth.stop();
});

const idsOf = async (wish: Parameters<PublishersGround['candidates']>[0]) =>
  (await ground.candidates(wish)).map(({ publisher }) => publisher.publisherId);
const remove = (id: string) => ground.auth.http('DELETE', `${publishersPath}/${id}`, { as: ground.auth.admin });

/** Rows as registering writes them, as many as nobody registers in a test. */
async function crowd(count: number, issuer: string, repositoryOf: (index: number) => string): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const conditions = [{ claim: 'repository', is: repositoryOf(index) }];
    const rule = soundRule({ provider: 'github-actions', issuer, conditions, pinned: {} });
    return { id: randomUUID(), key: lookupKey(rule), rule, target: randomUUID() };
  });
  await ground.auth.query(
    `INSERT INTO trusted_publishers (publisher_id, organization_id, provider, issuer, lookup_key, rule, actions, created_by)
     SELECT (r->>'id')::uuid, $1, 'github-actions', $2, r->>'key', r->'rule', '{publish}', 'user:x' FROM jsonb_array_elements($3::jsonb) r`,
    [ground.grants.organizationId, issuer, JSON.stringify(rows)],
  );
  await ground.auth.query(
    `INSERT INTO trusted_publisher_targets (target_id, publisher_id, kind, purl_prefix, target)
     SELECT (r->>'target')::uuid, (r->>'id')::uuid, 'pattern', 'pkg:npm/left', 'pattern:*/pkg:npm/left' FROM jsonb_array_elements($1::jsonb) r`,
    [JSON.stringify(rows)],
  );
}

describe('the publishers that a token could be of', () => {
  it('are those of its very issuer, whatever another issuer’s token says (T3)', async () => {
    const ours = await ground.registered({ on: { repository: 'main', package: leftPad } });
    await ground.auth.query(
      `INSERT INTO trusted_publishers (publisher_id, organization_id, provider, issuer, lookup_key, rule, actions, created_by)
       SELECT $2, organization_id, provider, $3, lookup_key, jsonb_set(rule, '{issuer}', to_jsonb($3::text)), actions, created_by
       FROM trusted_publishers WHERE publisher_id = $1`,
      [ours, randomUUID(), enterprise],
    );
    expect(await idsOf({ packagePurl: leftPad })).toEqual([ours]);
    const foreign = claimsOf('github-actions', enterprise);
    expect(await idsOf({ packagePurl: leftPad, claims: foreign })).not.toContain(ours);
    for (const issuer of [
      `${githubIssuer}/`,
      githubIssuer.toUpperCase(),
      'https://token.actions.githubusercontent.co',
    ]) {
      expect([issuer, await idsOf({ packagePurl: leftPad, issuer })]).toEqual([issuer, []]);
    }
    expect(await ground.use(ours, foreign)).toBe(false);
    await remove(ours);
  });

  it('are those of the organizations that the issuer counts for, of that ecosystem, package and repository', async () => {
    const ids = {
      named: await ground.registered({ on: { repository: 'main', package: leftPad } }),
      pattern: await ground.registered({ on: { pattern: 'npm/left*' }, environment: 'a' }),
      whole: await ground.registered({ on: { repository: 'second' }, environment: 'b' }),
      python: await ground.registered({ on: { repository: 'main', pattern: 'pypi/*' } }),
    };
    const all = (...wanted: (keyof typeof ids)[]) => wanted.map((name) => ids[name]).toSorted();
    const found = async (wish: Parameters<typeof idsOf>[0]) => (await idsOf(wish)).toSorted();
    expect(await found({ packagePurl: leftPad })).toEqual(all('named', 'pattern', 'whole'));
    expect(await found({ packagePurl: leftPad, repository: 'main' })).toEqual(all('named', 'pattern'));
    expect(await found({ packagePurl: leftPad, repository: 'second' })).toEqual(all('pattern', 'whole'));
    expect(await found({ packagePurl: 'pkg:npm/leftover' as PackagePurl })).toEqual(all('pattern', 'whole'));
    expect(await found({ ecosystem: 'pypi' })).toEqual(all('python', 'whole'));
    expect(await found({ organizations: [randomUUID() as OrganizationId] })).toEqual([]);
    expect(await found({ organizations: [ground.grants.organizationId], packagePurl: leftPad })).toHaveLength(3);
    const [pattern] = (await ground.candidates({ packagePurl: leftPad })).filter(
      ({ publisher }) => publisher.publisherId === ids.pattern,
    );
    expect(pattern?.targets.map(({ repository }) => repository)).toEqual(['main', 'second']);
    for (const id of Object.values(ids)) await remove(id);
  });

  it('have their ids pinned with the first use, so that a repository made anew under the name is another one (T8)', async () => {
    const id = await ground.registered({ on: { repository: 'main', package: leftPad } });
    const recreated = claimsOf('github-actions', githubIssuer, { repository_id: '999999' });
    const etag = async () =>
      (await ground.auth.http('GET', `${publishersPath}/${id}`, { as: ground.auth.admin })).headers['etag'];
    const before = await etag();
    expect(await ground.use(id, token)).toBe(true);
    const { json } = await ground.auth.http('GET', `${publishersPath}/${id}`, { as: ground.auth.admin });
    const pinned = {
      repository_id: token.values.get('repository_id'),
      repository_owner_id: token.values.get('repository_owner_id'),
    };
    expect(json).toMatchObject({ rule: { pinned } });
    expect([typeof json['firstUsedAt'], typeof json['lastUsedAt']]).toEqual(['string', 'string']);
    expect((json['warnings'] as { code: string }[]).map(({ code }) => code)).not.toContain('ids-not-pinned');
    expect(await etag()).not.toBe(before);
    expect(await ground.use(id, recreated)).toBe(false);
    expect(await ground.use(id, token)).toBe(true);
    await remove(id);
  });

  it('are pinned once, by the first of many that use one at the same time (T8)', async () => {
    const id = await ground.registered({ on: { repository: 'main', package: leftPad } });
    const tokens = Array.from({ length: 50 }, (_, index) =>
      claimsOf('github-actions', githubIssuer, { repository_id: String(index % 2) }),
    );
    const used = await Promise.all(tokens.map((one) => ground.use(id, one)));
    expect(used.filter(Boolean)).toHaveLength(25);
    const [row] = await ground.auth.query(
      `SELECT rule->'pinned'->>'repository_id' AS id FROM trusted_publishers WHERE publisher_id = $1`,
      [id],
    );
    expect(used.indexOf(true) % 2).toBe(Number(row?.['id']));
    await remove(id);
  });

  it('are found through an index among ten thousand of one issuer', async () => {
    await crowd(10_000, enterprise, (index) => `crowd/repository-${index}`);
    await ground.auth.query('ANALYZE trusted_publishers, trusted_publisher_targets, known_repositories');
    const claims = claimsOf('github-actions', enterprise, { repository: 'crowd/repository-4711' });
    const wish = {
      issuer: enterprise,
      organizations: 'all' as const,
      lookupKeys: lookupKeys('github-actions', claims),
      ecosystem: 'npm',
      packagePurl: leftPad,
    };
    const plan = await ground.auth.get(PublisherCandidatesRepository, { strict: false }).explain(wish, 100);
    expect(plan).toContain('trusted_publishers_by_issuer');
    expect(plan).not.toMatch(/Seq Scan on trusted_publisher/);
    expect(await ground.candidates({ claims, packagePurl: leftPad })).toHaveLength(1);
  });

  it('that were used are not crowded out by those that only name the same repository', async () => {
    const claims = claimsOf('github-actions', enterprise, { repository: 'crowd/wanted' });
    await crowd(1, enterprise, () => 'crowd/wanted');
    const [owner] = await idsOf({ claims, packagePurl: leftPad });
    if (owner === undefined) throw new Error('none found');
    expect(await ground.use(owner, claims)).toBe(true);
    await crowd(3000, enterprise, () => 'crowd/wanted');
    const found = await idsOf({ claims, packagePurl: leftPad });
    expect(found[0]).toBe(owner);
    expect(found).toHaveLength(100);
  });

  it('are chosen before their targets, so that nobody crowds others out with many of them', async () => {
    const claims = claimsOf('github-actions', enterprise, { repository: 'crowd/targets' });
    await crowd(60, enterprise, () => 'crowd/targets');
    for (let index = 0; index < 40; index += 1) await ground.repository(`many-${index}`);
    const found = await ground.candidates({ claims, packagePurl: leftPad });
    expect(found).toHaveLength(60);
    expect(found.map(({ targets }) => targets.length)).toEqual(found.map(() => 20));
    const one = await ground.candidates({ claims, packagePurl: leftPad, repository: 'many-39' });
    expect(one.map(({ targets }) => targets.map(({ repository }) => repository))).toEqual(one.map(() => ['many-39']));
    expect(one).toHaveLength(60);
  });
});
