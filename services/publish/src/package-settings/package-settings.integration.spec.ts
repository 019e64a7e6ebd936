import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { packageChanged, packageVisibilitySubject } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { NATS_CONNECTION } from '@waybill/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let repository: RepositoryFacts;
let admin: Principal;
const stranger = person();

beforeAll(async () => {
  publish = await startPublish();
  admin = memberOf(publish.organizationId, 'admin');
  repository = await publish.repository();
});

afterAll(async () => {
  await publish.stop();
});

const addressOf = (purl: string, at: RepositoryFacts = repository, below = '') =>
  `/api/v1/packages/${encodeURIComponent(purl)}${below}?repository=${at.slug}`;
const get = (target: string, as: Principal = anonymous) => publish.http('GET', target, { as });
const namesIn = (items: Record<string, unknown>[]) => items.map(({ name }) => name);

async function patch(purl: string, body: object, { as = admin, headers = {}, at = repository } = {}) {
  return publish.http('PATCH', addressOf(purl, at), { as, body, headers });
}

describe('a package with a visibility of its own', () => {
  it('is seen by those only whom it lets, in its own words to everybody who asks, and told once to gateways and readers (A9, W9)', async () => {
    const name = `narrow-${randomUUID().slice(0, 8)}`;
    const { packagePurl } = await publish.published({ repository, name });
    const told: unknown[] = [];
    const listening = publish.app.get<{ subscribe: (s: string, o: object) => { unsubscribe(): void } }>(
      NATS_CONNECTION,
      { strict: false },
    );
    const subscription = listening.subscribe(packageVisibilitySubject, {
      callback: (_error: unknown, message: { json(): unknown }) => told.push(message.json()),
    });
    const changed = await patch(packagePurl, { visibility: 'private' });
    expect(changed.json).toMatchObject({ visibility: 'private', ownVisibility: 'private' });
    expect((await get(addressOf(packagePurl))).status).toBe(401);
    expect((await get(addressOf(packagePurl), stranger)).status).toBe(404);
    expect((await get(addressOf(packagePurl), publish.member)).status).toBe(200);
    expect((await get(`/api/v1/packages?q=${name}`, stranger)).items).toEqual([]);
    expect(namesIn((await get(`/api/v1/packages?q=${name}`, publish.member)).items)).toEqual([name]);
    expect((await patch(packagePurl, { visibility: 'private' })).status).toBe(200);
    subscription.unsubscribe();
    expect(told).toContainEqual({
      repositoryId: repository.repositoryId,
      packagePurl,
      visibility: 'private',
      aggregateVersion: 3,
    });
    const events = (await publish.replay({ types: [packageChanged.type] })).filter(
      ({ subject }) => subject === `${repository.repositoryId}/${packagePurl}`,
    );
    expect(events.map(({ data }) => data)).toEqual([
      expect.objectContaining({ packagePurl, visibility: 'private', archived: false, deleted: false }) as object,
    ]);
    const [row] = await publish.query('SELECT package_id FROM packages WHERE purl = $1', [packagePurl]);
    expect(await publish.audit(`package:${String(row?.['package_id'])}`)).toHaveLength(1);
    expect((await patch(packagePurl, { visibility: null })).json).toMatchObject({ visibility: 'public' });
  });

  it('is never wider than its repository, which is refused and said', async () => {
    const closed = await publish.repository('private');
    const { packagePurl } = await publish.published({ repository: closed, name: 'closed' });
    const wider = await patch(packagePurl, { visibility: 'public' }, { at: closed });
    expect(wider.json).toMatchObject({ status: 400, code: 'package.wider-than-repository' });
    expect((await patch(packagePurl, { visibility: 'private' }, { at: closed })).status).toBe(200);
  });

  it('is changed by who manages access, and its source by who changes metadata (A1)', async () => {
    const { packagePurl } = await publish.published({ repository, name: 'managed' });
    const source = { forge: 'github', host: 'github.com', owner: 'acme', name: 'managed' };
    expect((await patch(packagePurl, { visibility: 'private' }, { as: publish.member })).status).toBe(403);
    expect((await patch(packagePurl, { archived: true }, { as: publish.member })).status).toBe(403);
    const inherits = { source: { ...source, inheritRoles: true } };
    expect((await patch(packagePurl, inherits, { as: publish.member })).status).toBe(403);
    expect((await patch(packagePurl, { source }, { as: publish.member })).json).toMatchObject({
      source: { ...source, ids: { owner: null, repository: null }, inheritVisibility: false, inheritRoles: false },
    });
    expect((await patch(packagePurl, inherits)).json).toMatchObject({ source: { inheritRoles: true } });
    expect((await patch(packagePurl, { source: null }, { as: publish.member })).status).toBe(403);
    expect((await patch(packagePurl, { source: null })).json).toMatchObject({ source: null });
    const odd = [
      { source: { ...source, host: 'github.com/evil' } },
      { source: { ...source, name: '../evil' } },
      { source: { ...source, forge: 'sourceforge' } },
      { visibility: 'secret' },
      { archived: null },
      { unknown: true },
    ];
    for (const body of odd) expect((await patch(packagePurl, body)).status).toBe(400);
  });

  it('is not changed by who has read an older one; of many at once each is told of the others (If-Match)', async () => {
    const { packagePurl } = await publish.published({ repository, name: 'matched' });
    const { etag = '' } = await get(addressOf(packagePurl));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        patch(packagePurl, { archived: index % 2 === 0 }, { headers: { 'if-match': etag } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(answers.filter(({ status }) => status !== 200 && status !== 412)).toEqual([]);
    expect((await patch(packagePurl, { archived: false }, { headers: { 'if-match': '"old"' } })).status).toBe(412);
  });
});

describe('an archived package', () => {
  it('takes nothing new and moves no tag, still shows everything, and joins what is there already', async () => {
    const name = 'finished';
    const release = await publish.published({ repository, name, tags: ['latest'] });
    const waiting = await publish.held({ repository, name, version: '1.5.0', bytes: 'waiting' });
    expect((await patch(release.packagePurl, { archived: true })).json).toMatchObject({ archived: true, releases: 1 });
    const again = await publish.submit({ repository, name, tags: ['latest'] });
    expect(again.joined).toBe(true);
    await expect(publish.submit({ repository, name, version: '2.0.0' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'package.archived',
    });
    const approve = await publish.http('POST', `/api/v1/held-releases/${waiting.releaseId}/approve`, {
      as: publish.owner,
      body: { reason: 'fine' },
    });
    expect(approve.json).toMatchObject({ status: 409, code: 'package.archived' });
    const tag = await publish.http('PUT', addressOf(release.packagePurl, repository, '/tags/stable'), {
      as: publish.member,
      body: { version: '1.0.0' },
    });
    expect(tag.json).toMatchObject({ status: 409, code: 'package.archived' });
    await patch(release.packagePurl, { archived: false });
    expect((await publish.published({ repository, name, version: '2.0.0' })).state).toBe('published');
  });

  it('holds for a person what was on its way when it was archived', async () => {
    const name = 'overtaken';
    const { packagePurl } = await publish.published({ repository, name });
    const { release } = await publish.submit({ repository, name, version: '2.0.0' });
    await patch(packagePurl, { archived: true });
    const settled = await publish.scan(release);
    expect([settled.state, settled.reasons.map(({ code }) => code)]).toEqual(['held', ['package.archived']]);
  });
});
