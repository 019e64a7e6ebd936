import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningToy, startToy } from './running-toy.js';

const path = '/api/v1/toys';
let toy: RunningToy;

beforeAll(async () => {
  toy = await startToy();
});

afterAll(async () => {
  await toy.stop();
});

describe('a list', () => {
  it('is read to its end by its links', async () => {
    const names = Array.from({ length: 5 }, () => randomUUID());
    for (const name of names) await toy.http('POST', path, { body: { name } });
    const seen: unknown[] = [];
    let target: string | undefined = `${path}?limit=2`;
    while (target !== undefined) {
      const { json, headers } = await toy.http('GET', target);
      seen.push(...(json['items'] as { name: string }[]).map(({ name }) => name));
      const link = headers['link'];
      target = typeof link === 'string' ? /^<([^>]+)>; rel="next"$/.exec(link)?.[1] : undefined;
      expect(target === undefined).toBe(json['next'] === null);
    }
    expect(seen).toEqual(names);
  });

  it.each([
    ['limit=0', 'query.limit', 'field.min'],
    ['limit=101', 'query.limit', 'field.max'],
    ['limit=1&limit=2', 'query.limit', 'field.is-int'],
    ['cursor=%00', 'query.cursor', 'page.cursor-malformed'],
    ['sort=name', 'query.sort', 'field.unknown'],
  ])('refuses ?%s and names the field', async (query, field, code) => {
    const { status, json } = await toy.http('GET', `${path}?${query}`);
    expect(status).toBe(400);
    expect(json['errors']).toContainEqual(expect.objectContaining({ field, code }));
  });
});

describe('a partial update', () => {
  it.each(['application/json', 'application/merge-patch+json', 'application/merge-patch+json; charset=utf-8'])(
    'is JSON merge patch (RFC 7396) as %s',
    async (type) => {
      const headers = { 'content-type': type, 'if-match': '"7"' };
      const sent = { payload: '{"version":8}', headers };
      expect(await toy.http('PATCH', path, sent)).toMatchObject({ status: 200, json: { version: 8 } });
    },
  );

  it('of another version than the one that was read is refused', async () => {
    const sent = { body: { version: 8 }, headers: { 'if-match': '"6"' } };
    expect(await toy.http('PATCH', path, sent)).toMatchObject({ status: 412, json: { code: 'etag.stale' } });
  });
});

describe('a body', () => {
  const deep = 120_000;
  it.each([
    ['arrays', `${'['.repeat(deep)}${']'.repeat(deep)}`],
    ['objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['arrays that do not end', '['.repeat(250_000)],
    ['101 levels', `${'['.repeat(101)}${']'.repeat(101)}`],
  ])('nested deep in %s is 400, not a crash (I4)', async (_what, payload) => {
    expect(await toy.http('POST', path, { payload })).toMatchObject({ status: 400, json: { code: 'body.malformed' } });
  });

  it.each([
    ['is a list', '[]'],
    ['is a text', '"x"'],
    ['is null', 'null'],
    ['holds an object where a text is', '{"name":{}}'],
    ['holds a list where a text is', '{"name":["a"]}'],
  ])('that %s is 400', async (_what, payload) => {
    expect((await toy.http('POST', path, { payload })).status).toBe(400);
  });

  it.each(['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded', 'application/xml'])(
    'that is %s is 415',
    async (type) => {
      const sent = { payload: '{"name":"a"}', headers: { 'content-type': type } };
      expect(await toy.http('POST', path, sent)).toMatchObject({ status: 415, json: { code: 'body.media-type' } });
    },
  );
});
