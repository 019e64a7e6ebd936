import type { RepositoryFacts } from '@waybill/contracts';
import { submitRelease, withdrawReleases } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let repository: RepositoryFacts;
let admin: Principal;

beforeAll(async () => {
  publish = await startPublish();
  admin = memberOf(publish.organizationId, 'admin');
  repository = await publish.repository();
});

afterAll(async () => {
  await publish.stop();
});

const addressOf = (purl: string, below = '') =>
  `/api/v1/packages/${encodeURIComponent(purl)}${below}?repository=${repository.slug}`;
const releaseAt = (purl: string, below = '') =>
  `/api/v1/releases/${encodeURIComponent(purl)}${below}?repository=${repository.slug}`;
const remove = (purl: string, confirm: string, as: Principal = admin) =>
  publish.http('DELETE', addressOf(purl), { as, body: { confirm } });

describe('a release', () => {
  it('that was withdrawn comes back as it was within 30 days, once of many, and not while its package is deleted', async () => {
    const name = 'recalled';
    const { packagePurl, purl } = await publish.published({ repository, name, tags: ['latest'] });
    const two = `${packagePurl}@2.0.0`;
    await publish.published({ repository, name, version: '2.0.0', bytes: 'two' });
    await publish.http('PUT', releaseAt(two, '/deprecation'), { as: admin, body: { message: 'old' } });
    expect((await publish.http('DELETE', releaseAt(two), { as: publish.member })).status).toBe(403);
    expect((await publish.http('DELETE', releaseAt(two), { as: admin })).status).toBe(204);
    expect((await publish.http('GET', releaseAt(two))).status).toBe(401);
    expect((await publish.http('GET', releaseAt(two), { as: person() })).status).toBe(404);
    expect((await publish.http('GET', releaseAt(two), { as: admin })).json).toMatchObject({ state: 'withdrawn' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => publish.http('POST', releaseAt(two, '/restore'), { as: admin })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array.from({ length: 19 }, () => 409)]);
    expect((await publish.http('GET', releaseAt(two))).json).toMatchObject({ state: 'deprecated', deprecation: 'old' });
    await publish.http('DELETE', releaseAt(two), { as: admin });
    await publish.query(`UPDATE releases SET withdrawn_at = now() - interval '31 days' WHERE purl = $1`, [two]);
    expect((await publish.http('POST', releaseAt(two, '/restore'), { as: admin })).status).toBe(410);
    await remove(packagePurl, name);
    expect((await publish.http('POST', releaseAt(purl, '/restore'), { as: admin })).json).toMatchObject({
      code: 'package.deleted',
    });
  });

  it('is yanked and not where its clients know that, which npm does not', async () => {
    const { purl } = await publish.published({ repository, name: 'yankless' });
    expect((await publish.http('POST', releaseAt(purl, '/yank'), { as: publish.member })).json).toMatchObject({
      status: 400,
      code: 'release.no-yank',
    });
    const submission = await publish.submission({ repository, name: 'snake' });
    const wheel = 'pkg:pypi/snake@1.0.0' as typeof submission.purl;
    await publish.scan((await publish.ask(submitRelease, { ...submission, purl: wheel })).release);
    for (const [word, state] of [
      ['yank', 'yanked'],
      ['yank', 'yanked'],
      ['unyank', 'published'],
    ] as const) {
      expect((await publish.http('POST', releaseAt(wheel, `/${word}`), { as: publish.member })).status).toBe(204);
      expect((await publish.http('GET', releaseAt(wheel))).json).toMatchObject({ state });
    }
    expect((await publish.http('POST', releaseAt(wheel, '/yank'), { as: person() })).status).toBe(403);
  });

  it('is shown with its files and its tags, and its reasons to who may review it', async () => {
    const name = 'looked-at';
    const { purl, packagePurl, artifacts } = await publish.published({ repository, name, tags: ['latest', 'stable'] });
    const held = await publish.held({ repository, name, version: '2.0.0', bytes: 'held' });
    const shown = await publish.http('GET', releaseAt(purl));
    expect(shown.json).toMatchObject({
      purl,
      package: packagePurl,
      state: 'published',
      publishedBy: 'alice',
      tags: ['latest', 'stable'],
      artifacts,
      sizeBytes: 9,
    });
    expect(shown.json).not.toHaveProperty('reasons');
    expect((await publish.http('GET', releaseAt(purl, '/artifacts'))).items).toEqual(artifacts);
    expect((await publish.http('GET', releaseAt(held.purl), { as: person() })).status).toBe(404);
    expect((await publish.http('GET', releaseAt(held.purl), { as: publish.member })).json).toMatchObject({
      state: 'held',
      reasons: [{ code: 'secret.npm-token' }],
    });
    const list = (query: string, as: Principal) =>
      publish.http('GET', `${addressOf(packagePurl, '/releases')}&${query}`, { as });
    const versions = async (query: string, as: Principal) =>
      (await list(query, as)).items.map(({ version }) => version);
    expect(await versions('', anonymous)).toEqual(['1.0.0']);
    expect(await versions('state=held', anonymous)).toEqual([]);
    expect(await versions('state=held', publish.member)).toEqual(['2.0.0']);
    await publish.published({ repository, name, version: '3.0.0', bytes: '3' });
    const page = await list('limit=1', anonymous);
    expect(page.items.map(({ version }) => version)).toEqual(['3.0.0']);
    const next = await publish.http('GET', /^<(.*)>/.exec(page.link ?? '')?.[1] ?? '');
    expect(next.items.map(({ version }) => version)).toEqual(['1.0.0']);
    expect(next.link).toBeUndefined();
  });

  it('is pointed at by tags that move and go', async () => {
    const { packagePurl } = await publish.published({ repository, name: 'tagged', tags: ['latest'] });
    const at = (tag: string) => addressOf(packagePurl, `/tags/${tag}`);
    const as = publish.member;
    expect((await publish.http('PUT', at('stable'), { as, body: { version: '1.0.0' } })).json).toEqual({
      tag: 'stable',
      version: '1.0.0',
    });
    expect((await publish.http('GET', at('stable'))).json).toEqual({ tag: 'stable', version: '1.0.0' });
    expect((await publish.http('GET', addressOf(packagePurl, '/tags'))).items).toHaveLength(2);
    expect((await publish.http('PUT', at('stable'), { as, body: { version: '7.0.0' } })).status).toBe(404);
    expect((await publish.http('PUT', at('stable'), { as: person(), body: { version: '1.0.0' } })).status).toBe(403);
    expect((await publish.http('DELETE', at('stable'), { as })).status).toBe(204);
    expect((await publish.http('GET', at('stable'))).status).toBe(404);
    expect((await publish.http('GET', at('__proto__'))).status).toBe(404);
    const wish = { principal: admin, repositoryId: repository.repositoryId, packagePurl };
    await publish.ask(withdrawReleases, { ...wish, versions: 'all', tags: {}, requestId: 'test' });
    expect((await publish.http('GET', addressOf(packagePurl))).status).toBe(401);
  });
});
