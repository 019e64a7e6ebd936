import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { repositoryCreated, searchPackages } from '@waybill/contracts';
import type { PackagePurl } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { memberOf, person } from '../../test/principals.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

type Question = RequestOf<typeof searchPackages>;
type Reply = ReplyOf<typeof searchPackages>;

const hit = {
  packagePurl: 'pkg:npm/%40acme/found' as PackagePurl,
  version: '0.3.0',
  summary: {
    description: 'is found',
    keywords: ['one'],
    license: 'MIT',
    homepage: 'https://example.com',
    sourceUrl: 'git+https://example.com/x.git',
    bugsUrl: 'javascript:alert(1)',
    author: 'Alice',
  },
  publishedAt: '2026-01-01T00:00:00.000Z',
  publishedBy: 'alice',
  deprecated: true,
  downloads: 12,
  score: 0.5,
};
const newer = { ...hit, packagePurl: 'pkg:npm/newer' as PackagePurl, publishedAt: '2026-02-01T00:00:00.000Z' };

let adapter: RunningAdapter;
let reply: Reply | DomainError;
let asked: Question[];

beforeAll(async () => {
  adapter = await startAdapter();
  answering(adapter.operator, searchPackages, (question) => {
    asked.push(question);
    if (reply instanceof DomainError) throw reply;
    return reply;
  });
  const { public: main, private: secret } = adapter.repositories;
  for (const repository of [main, secret]) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
    const principal = memberOf(repository);
    await eventually(async () => {
      const target = `/npm/${repository.slug}/-/package/x/dist-tags`;
      const { code } = (await adapter.call(target, { principal })).json();
      if (code !== 'npm.package') throw new Error('not projected yet');
    });
  }
});

afterAll(async () => {
  await adapter.stop();
});

beforeEach(() => {
  asked = [];
  reply = { total: 2, packages: [hit, newer] };
});

describe('GET /-/v1/search', () => {
  it('1(f) 9: names the publisher and the maintainers of every hit, and has all that npm and pnpm read', async () => {
    const found = await adapter.call('/npm/main/-/v1/search?text=found&size=20&from=0&quality=0.65&popularity=0.98');
    expect(found.status).toBe(200);
    const body = found.json() as { objects: unknown[]; time: string };
    expect(body).toMatchObject({ total: 2 });
    expect(Date.parse(body.time)).not.toBeNaN();
    expect(body.objects[0]).toEqual({
      package: {
        name: '@acme/found',
        scope: 'acme',
        version: '0.3.0',
        description: 'is found',
        keywords: ['one'],
        license: 'MIT',
        author: { name: 'Alice' },
        date: '2026-01-01T00:00:00.000Z',
        links: { homepage: 'https://example.com', repository: 'https://example.com/x.git' },
        publisher: { username: 'alice', email: '' },
        maintainers: [{ username: 'alice', email: '' }],
      },
      downloads: { monthly: 12 },
      updated: '2026-01-01T00:00:00.000Z',
      score: { final: 0.5, detail: { quality: 0.5, popularity: 0.5, maintenance: 0.5 } },
      searchScore: 0.5,
      flags: { unstable: true, deprecated: true },
    });
    expect(body.objects[1]).toMatchObject({ package: { name: 'newer', scope: 'unscoped' } });
    expect(found.headers['cache-control']).toBe('private, no-cache');
  });

  it.each<[string, Partial<Question>]>([
    ['text=a%20b', { text: 'a b', size: 20, from: 0 }],
    ['', { text: '' }],
    ['text=x&size=9999&from=40', { size: 250, from: 40 }],
    ['text=x%20keywords:one,two%2Bthree', { text: 'x', keywords: ['one', 'two', 'three'] }],
    ['text=scope:acme', { text: '', namespace: '@acme' }],
    ['text=scope:@acme%20y', { text: 'y', namespace: '@acme' }],
    ['text=maintainer:alice', { username: 'alice' }],
    ['text=author:alice%20is:unstable%20not:insecure', { text: '', username: 'alice' }],
    ['text=std:io', { text: 'std:io' }],
    [`text=${'x'.repeat(900)}`, { text: 'x'.repeat(500) }],
  ])('asks search for %j', async (query, question) => {
    expect((await adapter.call(`/npm/main/-/v1/search?${query}`)).status).toBe(200);
    expect(asked[0]).toMatchObject({ ecosystem: 'npm', ...question });
  });

  it.each(['size=x', 'size=-1', 'text=a&text=b', 'from=1e9'])('refuses %s', async (query) => {
    expect((await adapter.call(`/npm/main/-/v1/search?${query}`)).status).toBe(400);
  });

  it('is a 503 of npm’s when search is away, and nothing else is', async () => {
    reply = new DomainError('unavailable', 'search.away', 'Search is not there.', { retryAfterSeconds: 5 });
    const away = await adapter.call('/npm/main/-/v1/search?text=x');
    expect(away.status).toBe(503);
    expect(away.json()).toMatchObject({ error: 'Search is not there.' });
    expect((await adapter.call('/npm/main/-/ping')).status).toBe(200);
  });

  it('asks strangers to sign in, and finds nothing for those who may read nothing (A5, A6)', async () => {
    for (const slug of ['secret', 'unknown']) {
      expect((await adapter.call(`/npm/${slug}/-/v1/search?text=x`)).status).toBe(401);
    }
    expect(asked).toEqual([]);
    reply = { total: 0, packages: [] };
    for (const slug of ['secret', 'unknown']) {
      const answered = await adapter.call(`/npm/${slug}/-/v1/search?text=x`, { principal: person() });
      expect(answered.json()).toMatchObject({ objects: [], total: 0 });
    }
    expect(asked[0]).toMatchObject({ principal: { kind: 'user' } });
  });
});

describe('GET /-/all', () => {
  it('lists the packages that were published last, as npm 4 reads them', async () => {
    const all = await adapter.call('/npm/main/-/all');
    expect(all.status).toBe(200);
    expect(all.json()).toMatchObject({
      _updated: expect.any(Number) as number,
      '@acme/found': { name: '@acme/found', 'dist-tags': { latest: '0.3.0' }, maintainers: [{ name: 'alice' }] },
      newer: { name: 'newer' },
    });
    expect(asked[0]).toMatchObject({ text: '', size: 250, from: 0 });
  });

  it('since: those that were published later', async () => {
    const since = Date.parse('2026-01-15T00:00:00Z');
    const all = await adapter.call(`/npm/main/-/all/since?stale=update_after&startkey=${since}`);
    expect(Object.keys(all.json())).toEqual(['_updated', 'newer']);
    expect((await adapter.call('/npm/secret/-/all')).status).toBe(401);
  });
});
