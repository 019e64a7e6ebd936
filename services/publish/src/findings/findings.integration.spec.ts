import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { Finding, OrganizationId, Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { leakedKey, pathTraversal, type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let repository: RepositoryFacts;
const organization = `o-${randomUUID().slice(0, 8)}`;
const flagged: Finding = { rule: 'P12', code: 'binary.found', level: 'flag', message: '=cmd|a' };

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization(organization);
  repository = await publish.repository();
});

afterAll(async () => {
  await publish.stop();
});

const get = (target: string, as: Principal = publish.member, headers: Record<string, string> = {}) =>
  publish.http('GET', target, { as, headers });
const listed = (query: string, as: Principal = publish.member) =>
  get(`/api/v1/findings?repository=${repository.slug}&${query}`, as);
const codesIn = (items: Record<string, unknown>[]) => items.map(({ code }) => code).toSorted();

describe('findings', () => {
  it('are kept whatever becomes of the release, once each, and filtered', async () => {
    const one = (await publish.submit({ repository, name: 'one' })).release;
    await publish.scan(one, [flagged, flagged]);
    const two = (await publish.submit({ repository, name: 'two', bytes: 'two' })).release;
    await publish.scan(two, [pathTraversal, leakedKey]);
    expect(codesIn((await listed('')).items)).toEqual(['archive.path-traversal', 'binary.found', 'secret.npm-token']);
    expect(codesIn((await listed('level=flag')).items)).toEqual(['binary.found']);
    expect(codesIn((await listed(`org=${organization}&level=refuse`)).items)).toEqual(['archive.path-traversal']);
    expect((await listed('org=nobody')).items).toEqual([]);
    expect((await listed('level=bad')).status).toBe(400);
    const first = await listed('limit=2');
    const second = await get(/^<(.*)>/.exec(first.link ?? '')?.[1] ?? '');
    expect(codesIn([...first.items, ...second.items])).toHaveLength(3);
    expect((await listed('level=hold')).items).toMatchObject([
      { purl: two.purl, repository: repository.slug, releaseState: 'rejected', path: '.npmrc', line: 1, state: 'open' },
    ]);
  });

  it('are shown to those who may review the package and to nobody else (A5, A6)', async () => {
    const own = await publish.repository('public', randomUUID() as OrganizationId);
    const by = memberOf(own.organizationId);
    await publish.scan((await publish.submit({ repository: own, name: 'theirs', by })).release, [leakedKey]);
    const all = async (as: Principal) => (await get(`/api/v1/findings?repository=${own.slug}`, as)).items;
    const [finding] = await all(by);
    expect(await all(publish.member)).toEqual([]);
    expect(await all(memberOf(own.organizationId, 'reader'))).toEqual([]);
    expect((await get('/api/v1/findings', anonymous)).status).toBe(401);
    const target = `/api/v1/findings/${String(finding?.['findingId'])}`;
    const missing = await get(`/api/v1/findings/${randomUUID()}`);
    for (const as of [publish.member, person()]) {
      expect((await get(target, as)).withoutRequestId).toBe(missing.withoutRequestId);
      expect((await publish.http('PATCH', target, { as, body: { state: 'fixed' } })).status).toBe(404);
    }
    expect((await get(target, by)).status).toBe(200);
  });

  it('are judged by who reviews, with an entity tag and one audit entry, which a scan that comes again leaves alone (W9)', async () => {
    const { release } = await publish.submit({ repository, name: 'judged', bytes: 'judged' });
    await publish.scan(release, [leakedKey]);
    const [finding] = (await listed('level=hold&state=open')).items.filter(
      ({ releaseId }) => releaseId === release.releaseId,
    );
    const target = `/api/v1/findings/${String(finding?.['findingId'])}`;
    const { etag = '' } = await get(target);
    const judge = (body: object, headers = {}) => publish.http('PATCH', target, { as: publish.member, body, headers });
    const judged = await judge({ state: 'false-positive', note: 'A test key.' }, { 'if-match': etag });
    expect(judged.json).toMatchObject({ state: 'false-positive', note: 'A test key.', judgedBy: 'alice' });
    expect((await judge({ state: 'fixed' }, { 'if-match': etag })).status).toBe(412);
    expect((await judge({ state: 'maybe' })).status).toBe(400);
    await publish.emitScan(release, [leakedKey]);
    expect((await judge({ note: null })).json).toMatchObject({ state: 'false-positive', note: null });
    expect(await publish.audit(`finding:${String(finding?.['findingId'])}`)).toHaveLength(2);
    expect((await get(`/api/v1/held-releases/${release.releaseId}`)).json).toMatchObject({ state: 'held' });
  });

  it('are exported as rows, harmless to a spreadsheet', async () => {
    const csv = await publish.text(`/api/v1/findings?repository=${repository.slug}&format=csv`, publish.member);
    const [header = '', ...rows] = csv.split('\r\n').filter((line) => line !== '');
    expect(header.split(',').slice(0, 3)).toEqual(['findingId', 'releaseId', 'purl']);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(csv).not.toMatch(/,=cmd/);
    const lines = await publish.text(`/api/v1/findings?repository=${repository.slug}&format=ndjson`, publish.member);
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { rule: string }).rule),
    ).toContain('P12');
  });
});

describe('stats', () => {
  it('count what the caller may read and nothing else (A5)', async () => {
    const name = `s-${randomUUID().slice(0, 8)}`;
    const organizationId = randomUUID() as OrganizationId;
    await publish.organization(name, organizationId);
    const open = await publish.repository('public', organizationId);
    const closed = await publish.repository('private', organizationId);
    const by = memberOf(organizationId);
    await publish.published({ repository: open, name: 'open', by });
    await publish.published({ repository: closed, name: 'closed', by });
    await publish.published({ repository: closed, name: 'closed', version: '2.0.0', by });
    const stats = async (as: Principal) => (await get(`/api/v1/stats?org=${name}`, as)).json;
    const one = { repositories: 1, packages: 1, releases: 1, sizeBytes: 9, downloads: 0, ecosystems: { npm: 1 } };
    expect(await stats(anonymous)).toEqual(one);
    expect(await stats(publish.member)).toEqual(one);
    expect(await stats(by)).toEqual({
      repositories: 2,
      packages: 2,
      releases: 3,
      sizeBytes: 27,
      downloads: 0,
      ecosystems: { npm: 2 },
    });
    expect((await get('/api/v1/stats?org=nobody')).json).toMatchObject({ packages: 0, ecosystems: {} });
  });
});

describe('jobs', () => {
  it('are shown to who runs the installation, who has a scan done again', async () => {
    const { release } = await publish.submit({ repository, name: 'stuck', bytes: 'stuck' });
    const operator = person([], { installationAdmin: true });
    expect((await get('/api/v1/jobs', publish.owner)).status).toBe(403);
    expect((await get('/api/v1/jobs', anonymous)).status).toBe(401);
    const { json, items } = await get('/api/v1/jobs', operator);
    expect(json).toMatchObject({ outbox: { waiting: expect.any(Number) as number } });
    expect(items).toContainEqual(expect.objectContaining({ jobId: `scan:${release.releaseId}`, purl: release.purl }));
    const retry = (jobId: string, as = operator) => publish.http('POST', `/api/v1/jobs/${jobId}/retry`, { as });
    expect((await retry(`scan:${release.releaseId}`)).status).toBe(202);
    expect((await retry(`scan:${release.releaseId}`)).status).toBe(429);
    expect((await retry('scan:x')).status).toBe(404);
    expect((await retry(`scan:${release.releaseId}`, publish.owner)).status).toBe(403);
    await publish.scan(release);
  });
});
