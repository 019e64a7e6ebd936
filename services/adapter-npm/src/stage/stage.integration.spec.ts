import { createHash, randomUUID } from 'node:crypto';
import { DomainError } from '@waybill/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adminOf, memberOf, person, publisherOf, readerOf } from '../../test/principals.js';
import { publishBody, tarballAttachment } from '../../test/publish-body.js';
import { PublishService } from '../../test/publish-service.js';
import { startAdapter, type RunningAdapter } from '../../test/running-adapter.js';
import { StagingServiceOfTests } from '../../test/staging-service.js';
import { tarballOf } from '../../test/tarball.js';
import { parseNpmName, purlOf } from '../names/npm-name.js';

const stages = '/npm/secret/-/stage';
let adapter: RunningAdapter;
let service: StagingServiceOfTests;
let admin: ReturnType<typeof adminOf>;
let counter = 0;

beforeAll(async () => {
  adapter = await startAdapter({ WAYBILL_SETTLE_SECONDS: '2' });
  const publish = await PublishService.start(adapter);
  await publish.publish({ name: 'known', version: '1.0.0' }, { visibility: 'private' });
  service = StagingServiceOfTests.start(adapter);
  admin = adminOf(adapter.repositories.private);
});

beforeEach(() => {
  Object.assign(service, { needed: 1, verdict: 'published', refusal: undefined, listsAtMost: 100 });
});

afterAll(() => adapter.stop());

async function tarball(name: string, version = '1.0.0'): Promise<Buffer> {
  return tarballOf({ 'package.json': JSON.stringify({ name, version }) });
}

async function stage(name: string, principal = memberOf(adapter.repositories.private), version = '1.0.0') {
  const bytes = await tarball(name, version);
  const manifest = { name, version };
  const upload = JSON.stringify(publishBody(manifest, bytes, [tarballAttachment(manifest, bytes)]));
  return adapter.call(`${stages}/package/${name.replace('/', '%2f')}`, { method: 'POST', upload, principal });
}

/** The id of a release that waits. */
async function staged(name = `@acme/p${(counter += 1)}`): Promise<{ id: string; name: string }> {
  const answer = await stage(name);
  expect(answer.status).toBe(201);
  return { id: String(answer.json()['stageId']), name };
}

describe('npm stage publish', () => {
  it('hands the release in to be approved, and nobody sees it', async () => {
    const { id, name } = await staged();
    expect(service.submitted.at(-1)).toMatchObject({ purl: `pkg:npm/${name.replace('@', '%40')}@1.0.0`, stage: true });
    expect((await adapter.call(`/npm/secret/${name}`, { principal: admin })).status).toBe(404);
    const again = await stage(name);
    expect(again.json()).toEqual({ stageId: id });
  });

  it('is for who may stage or publish, and for nobody else (P8, A6)', async () => {
    const { private: secret } = adapter.repositories;
    const purl = purlOf(parseNpmName('staged-only'));
    expect((await stage('staged-only', publisherOf(purl, ['read', 'stage'], secret))).status).toBe(201);
    expect((await stage('staged-only', publisherOf(purl, ['read', 'publish'], secret))).status).toBe(201);
    const asked = service.submitted.length;
    expect((await stage('other', publisherOf(purl, ['read', 'stage'], secret))).status).toBe(404);
    expect((await stage('staged-only', readerOf(secret))).status).toBe(403);
    expect((await stage('staged-only', person())).status).toBe(404);
    expect((await stage('staged-only', { kind: 'anonymous' })).status).toBe(401);
    expect(service.submitted).toHaveLength(asked);
  });

  it('is not a way to publish at once for who may only stage (P8)', async () => {
    const bytes = await tarball('staged-only', '2.0.0');
    const manifest = { name: 'staged-only', version: '2.0.0' };
    const upload = JSON.stringify(publishBody(manifest, bytes, [tarballAttachment(manifest, bytes)]));
    const principal = publisherOf(purlOf(parseNpmName('staged-only')), ['read', 'stage'], adapter.repositories.private);
    const asked = service.submitted.length;
    const answer = await adapter.call('/npm/secret/staged-only', { method: 'PUT', upload, principal });
    expect([answer.status, answer.json()['message']]).toEqual([
      403,
      'The trusted publisher of this job may only stage: use npm stage publish.',
    ]);
    expect(service.submitted).toHaveLength(asked);
  });

  it('refuses a document without a tarball, and one that contradicts it (P9)', async () => {
    const principal = memberOf(adapter.repositories.private);
    const nothing = { method: 'POST', upload: JSON.stringify({ name: 'known', versions: {} }), principal };
    expect((await adapter.call(`${stages}/package/known`, nothing)).status).toBe(400);
    const bytes = await tarball('something-else');
    const manifest = { name: 'known', version: '3.0.0' };
    const upload = JSON.stringify(publishBody(manifest, bytes, [tarballAttachment(manifest, bytes)]));
    const other = await adapter.call(`${stages}/package/known`, { method: 'POST', upload, principal });
    expect(other.status).toBe(400);
  });
});

describe('npm stage list, view and download', () => {
  it('show what waits', async () => {
    const { id, name } = await staged();
    const shasum = createHash('sha1')
      .update(await tarball(name))
      .digest('hex');
    const shown = {
      id,
      packageName: name,
      version: '1.0.0',
      tag: 'latest',
      createdAt: '2026-11-20T10:00:00.000Z',
      actor: 'alice',
      actorType: 'user',
      shasum,
      status: 'staged',
      approvals: '0 of 1',
      expires: '2026-12-20T10:00:00.000Z',
    };
    const query = `package=${encodeURIComponent(name)}`;
    const listed = await adapter.call(`${stages}?page=0&perPage=100&${query}`, { principal: admin });
    expect(listed.json()).toEqual({ items: [shown], total: 1 });
    expect(listed.headers['cache-control']).toContain('private');
    expect((await adapter.call(`${stages}/${id}`, { principal: admin })).json()).toEqual(shown);
    const bytes = await adapter.call(`${stages}/${id}/tarball`, { principal: admin });
    expect(createHash('sha1').update(bytes.bytes).digest('hex')).toBe(shasum);
  });

  it('lists all of a page, in however many pieces publish tells it', async () => {
    for (let index = 0; index < 5; index += 1) await staged();
    service.listsAtMost = 2;
    const list = async (query: string) =>
      (await adapter.call(`${stages}${query}`, { principal: admin })).json() as {
        items: { id: string }[];
        total: number;
      };
    const { items, total } = await list('?perPage=100');
    expect(items).toHaveLength(total);
    const first = await list('?page=0&perPage=3');
    const second = await list('?page=1&perPage=3');
    expect([...first.items, ...second.items]).toEqual(items.slice(0, 6));
  });

  it('tell strangers nothing, whether there is such a repository or not (A3, A6)', async () => {
    const { id } = await staged();
    const ask = async (target: string, principal: Parameters<typeof adapter.call>[1] = {}) => {
      const answer = await adapter.call(target, principal);
      return [answer.status, answer.json()['code'], answer.json()['message']];
    };
    const stranger = { principal: person() };
    const nowhere = '/npm/nowhere/-/stage';
    expect(await ask(stages, stranger)).toEqual(await ask(nowhere, stranger));
    expect(await ask(`${stages}?package=known`, stranger)).toEqual(await ask(`${nowhere}?package=known`, stranger));
    for (const rest of ['', '/tarball']) {
      const hidden = await ask(`${stages}/${id}${rest}`, stranger);
      expect(hidden[0]).toBe(404);
      expect(await ask(`${nowhere}/${id}${rest}`, stranger)).toEqual(hidden);
      expect(await ask(`${stages}/${randomUUID()}${rest}`, { principal: admin })).toEqual(hidden);
      expect(await ask(`/npm/main/-/stage/${id}${rest}`, { principal: admin })).toEqual(hidden);
      expect(await ask(`${stages}/x${rest}`, { principal: admin })).toEqual(hidden);
    }
    expect((await adapter.call(stages)).status).toBe(401);
    expect((await adapter.call(`${stages}/${id}`)).status).toBe(401);
  });
});

describe('npm stage approve', () => {
  const approve = (id: string, headers: Record<string, string> = {}) =>
    adapter.call(`${stages}/${id}/approve`, { method: 'POST', principal: admin, headers });

  it('answers when the next read sees the release, with its approver', async () => {
    const { id, name } = await staged();
    const answer = await approve(id);
    expect([answer.status, answer.json()]).toEqual([200, { ok: true, id, approvals: '1 of 1' }]);
    const { versions } = (await adapter.call(`/npm/secret/${name}`, { principal: admin })).json();
    expect(versions).toMatchObject({ '1.0.0': { _npmUser: { name: 'alice', approver: { name: 'alice' } } } });
  });

  it('says that more people have to, for npm says "published" in any case', async () => {
    service.needed = 2;
    const { id, name } = await staged();
    const first = await approve(id);
    expect([first.status, first.headers['npm-notice']]).toEqual([
      200,
      'This was approval 1 of 2: it is not published before 1 more.',
    ]);
    expect((await adapter.call(`/npm/secret/${name}`, { principal: admin })).status).toBe(404);
    const second = await approve(id);
    expect([second.status, second.headers['npm-notice']]).toEqual([200, undefined]);
    expect((await adapter.call(`/npm/secret/${name}`, { principal: admin })).status).toBe(200);
  });

  it('passes the one-time password on, and asks for it as npm understands (W7)', async () => {
    const { id } = await staged();
    service.refusal = new DomainError('unauthenticated', 'login.second-factor-needed', 'Your second factor is needed.');
    const asked = await approve(id);
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([401, 'OTP']);
    expect(asked.json()['message']).toContain('one-time pass');
    service.refusal = undefined;
    expect((await approve(id, { 'npm-otp': '123456' })).status).toBe(200);
    expect(service.decided.at(-1)).toMatchObject({ decision: 'approve', code: '123456', clientAddress: '192.0.2.7' });
  });

  it('says why what was approved is held', async () => {
    service.verdict = 'held';
    const { id } = await staged();
    const answer = await approve(id);
    expect([answer.status, answer.json()['code']]).toEqual([403, 'release.held']);
  });

  it('waits on when the same is asked again, because the answer got lost or took too long', async () => {
    service.verdict = 'quarantined';
    const { id } = await staged();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const answer = await approve(id);
      expect([answer.status, answer.json()['code']]).toEqual([503, 'release.unsettled']);
    }
    const other = { method: 'POST', principal: adminOf(adapter.repositories.private) };
    const answer = await adapter.call(`${stages}/${id}/approve`, other);
    expect([answer.status, answer.json()['code']]).toEqual([409, 'staged-release.settled']);
  });

  it('is refused as publish refuses it', async () => {
    const { id } = await staged();
    service.refusal = new DomainError('forbidden', 'release.own', 'Somebody else has to approve what you published.');
    const answer = await approve(id);
    expect([answer.status, answer.json()['message']]).toEqual([403, service.refusal.message]);
    expect((await adapter.call(`${stages}/${id}/approve`, { method: 'POST' })).status).toBe(401);
  });
});

describe('npm stage reject', () => {
  it('ends what waits', async () => {
    const { id, name } = await staged();
    const answer = await adapter.call(`${stages}/${id}`, { method: 'DELETE', principal: admin });
    expect([answer.status, answer.bytes.length]).toEqual([204, 0]);
    expect(service.decided.at(-1)).toMatchObject({ decision: 'reject', releaseId: id });
    expect((await adapter.call(`${stages}/${id}`, { principal: admin })).json()['status']).toBe('rejected');
    const again = await stage(name);
    expect([again.status, again.json()['code']]).toEqual([403, 'release.rejected']);
  });

  it('is nobody’s who does not know of it (A3)', async () => {
    const { id } = await staged();
    const reject = (principal: Parameters<typeof adapter.call>[1], target = `${stages}/${id}`) =>
      adapter.call(target, { method: 'DELETE', ...principal });
    expect((await reject({ principal: person() })).status).toBe(404);
    expect((await reject({ principal: admin }, `/npm/main/-/stage/${id}`)).status).toBe(404);
    expect((await reject({})).status).toBe(401);
  });
});
