import { randomUUID } from 'node:crypto';
import type { ReleaseSummary } from '@waybill/contracts';
import { packagePurl } from '@waybill/domain';
import type { RepositoryId, Visibility } from '@waybill/domain';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DocumentChange, SearchDocument } from '../src/documents/search-document.js';
import type { SearchHits, SearchIndex, SearchQuery } from '../src/search-index/search-index.js';

export const now = new Date('2026-06-01T00:00:00Z');
const day = 86_400_000;

interface Listed {
  readonly name: string;
  readonly namespace?: string;
  readonly summary?: ReleaseSummary;
  readonly daysAgo?: number;
  readonly usernames?: readonly string[];
  readonly ecosystem?: string;
  readonly deprecated?: boolean;
  readonly visibility?: Visibility;
}

export function newRepository(): RepositoryId {
  return randomUUID() as RepositoryId;
}

export function changeOf(repositoryId: RepositoryId, listed: Listed, revision = 1): DocumentChange {
  const { name, namespace, ecosystem = 'npm' } = listed;
  const document: SearchDocument = {
    ecosystem,
    namespace,
    name,
    version: `1.0.${revision}`,
    summary: listed.summary ?? {},
    publishedAt: new Date(now.getTime() - (listed.daysAgo ?? 10) * day),
    publishedBy: 'alice',
    usernames: listed.usernames ?? ['alice'],
    deprecated: listed.deprecated ?? false,
    visibility: listed.visibility ?? null,
  };
  const purl = packagePurl({ ecosystem, name, ...(namespace === undefined ? {} : { namespace }) });
  return { repositoryId, packagePurl: purl, revision, document };
}

/** What every driver of the index does. */
export function searchIndexSuite(open: () => SearchIndex): void {
  let index: SearchIndex;
  let repositoryId: RepositoryId;

  beforeEach(() => {
    index = open();
    repositoryId = newRepository();
  });

  async function put(...listed: Listed[]): Promise<void> {
    for (const one of listed) await index.put(changeOf(repositoryId, one));
  }

  function search(text: string, query: Partial<SearchQuery> = {}): Promise<SearchHits> {
    const visible = 'everything' as const;
    return index.query({
      repositoryId,
      ecosystem: 'npm',
      text,
      keywords: [],
      visible,
      from: 0,
      size: 50,
      now,
      ...query,
    });
  }

  async function names(text: string, query: Partial<SearchQuery> = {}): Promise<string[]> {
    const { hits } = await search(text, query);
    return hits.map(({ document: { namespace, name } }) => (namespace === undefined ? name : `${namespace}/${name}`));
  }

  describe('the order of hits', () => {
    const library: Listed[] = [
      { name: 'left-pad', summary: { description: 'Pads a string to a width.' } },
      { name: 'leftpad', daysAgo: 300 },
      { name: 'left-pad', namespace: '@acme', daysAgo: 400 },
      { name: 'left-pad-stream', daysAgo: 500 },
      { name: 'fast-left-pad', daysAgo: 600 },
      { name: 'strings', summary: { keywords: ['left', 'pad'] }, daysAgo: 700 },
      { name: 'react' },
      { name: 'react-dom' },
      { name: 'preact' },
      { name: '-' },
      { name: '100%_sure' },
      { name: 'sure' },
    ];

    it.each<[text: string, expected: string[]]>([
      ['left-pad', ['left-pad', 'leftpad', '@acme/left-pad', 'left-pad-stream', 'fast-left-pad', 'strings']],
      ['LEFTPAD', ['leftpad', 'left-pad', '@acme/left-pad', 'left-pad-stream', 'fast-left-pad']],
      ['left pad', ['left-pad', 'leftpad', '@acme/left-pad', 'left-pad-stream', 'fast-left-pad', 'strings']],
      ['@acme/left-pad', ['@acme/left-pad']],
      ['@acme', ['@acme/left-pad']],
      ['left', ['left-pad', 'leftpad', '@acme/left-pad', 'left-pad-stream', 'fast-left-pad', 'strings']],
      ['react', ['react', 'react-dom', 'preact']],
      ['re', ['react', 'react-dom']],
      ['string', ['strings', 'left-pad']],
      ['width', ['left-pad']],
      ['-', ['-']],
      ['  React\n', ['react', 'react-dom', 'preact']],
      ['ｒｅａｃｔ', ['react', 'react-dom', 'preact']],
      ['nothing-like-it', []],
    ])('for %j is: same name, same letters, beginning, part, text', async (text, expected) => {
      await put(...library);
      expect(await names(text)).toEqual(expected);
    });

    it('prefers what is new, and what is much used, among equals', async () => {
      await put({ name: 'pad-old', daysAgo: 900 }, { name: 'pad-new', daysAgo: 1 }, { name: 'pad-used', daysAgo: 900 });
      const used = changeOf(repositoryId, { name: 'pad-used' });
      await index.putDownloads([{ ...used, downloads: 1_000_000 }]);
      expect(await names('pad')).toEqual(['pad-used', 'pad-new', 'pad-old']);
    });

    it('puts no popularity before the name', async () => {
      await put({ name: 'pad', daysAgo: 3000 }, { name: 'padding', daysAgo: 0 });
      await index.putDownloads([{ ...changeOf(repositoryId, { name: 'padding' }), downloads: 1_000_000_000 }]);
      expect(await names('pad')).toEqual(['pad', 'padding']);
    });

    it('is the newest first where nothing is asked for', async () => {
      await put({ name: 'b', daysAgo: 3 }, { name: 'a', daysAgo: 5 }, { name: 'c', daysAgo: 1 });
      expect(await names('')).toEqual(['c', 'b', 'a']);
      expect(await names(' \t')).toEqual(['c', 'b', 'a']);
    });

    it('gives scores between 0 and 1 that fall', async () => {
      await put(...library);
      await index.putDownloads([{ ...changeOf(repositoryId, { name: 'left-pad' }), downloads: 2 ** 40 }]);
      const scores = (await search('left-pad')).hits.map(({ score }) => score);
      expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    });
  });

  describe('what is found', () => {
    it('is in that repository and ecosystem alone', async () => {
      await put({ name: 'pad' }, { name: 'pad', ecosystem: 'pypi' });
      await index.put(changeOf(newRepository(), { name: 'pad-elsewhere' }));
      expect(await names('pad')).toEqual(['pad']);
    });

    it('is what the caller may see, in hits and in the number of them (A5)', async () => {
      await put({ name: 'pad-a' }, { name: 'pad-b' }, { name: 'pad-c' });
      const { packagePurl } = changeOf(repositoryId, { name: 'pad-b' });
      const nothing = { saying: [], named: [], beginning: [] };
      const one = { ...nothing, named: [{ purl: packagePurl, saying: [null] }] };
      expect(await search('pad', { visible: one })).toMatchObject({ total: 1, hits: [{ packagePurl }] });
      const none = { ...nothing, named: [{ purl: packagePurl, saying: ['private' as const] }] };
      for (const visible of [nothing, none]) expect(await search('', { visible })).toEqual({ total: 0, hits: [] });
    });

    it('depends on what packages say of themselves, and on how their names begin (A5, A9)', async () => {
      await put({ name: 'pad-a' }, { name: 'pad-b', visibility: 'private' }, { name: 'lone', visibility: 'private' });
      const found = async (visible: SearchQuery['visible']) =>
        (await search('', { visible })).hits.map(({ document }) => document.name).toSorted();
      const open = { saying: [null], named: [], beginning: [] };
      expect(await found(open)).toEqual(['pad-a']);
      expect(await found({ ...open, saying: [null, 'private'] })).toEqual(['lone', 'pad-a', 'pad-b']);
      const beginning = [{ purl: 'pkg:npm/pad', saying: ['private' as const] }];
      expect(await found({ ...open, beginning })).toEqual(['pad-a', 'pad-b']);
      expect(await found({ ...open, saying: [], beginning })).toEqual(['pad-b']);
    });

    it('is what the package says now', async () => {
      const narrow = { saying: [null], named: [], beginning: [] };
      await index.put(changeOf(repositoryId, { name: 'pad' }, 1));
      await index.put(changeOf(repositoryId, { name: 'pad', visibility: 'private' }, 2));
      expect((await search('pad', { visible: narrow })).total).toBe(0);
      await index.put(changeOf(repositoryId, { name: 'pad' }, 3));
      expect((await search('pad', { visible: narrow })).total).toBe(1);
    });

    it('has all the keywords, the namespace and the user that are asked for, in any case', async () => {
      await put(
        { name: 'one', summary: { keywords: ['CLI', 'colour'] }, usernames: ['alice'] },
        { name: 'two', namespace: '@acme', summary: { keywords: ['cli'] }, usernames: ['alice', 'Bob'] },
      );
      expect(await names('', { keywords: ['cli'] })).toEqual(['@acme/two', 'one']);
      expect(await names('', { keywords: ['Cli', 'colour'] })).toEqual(['one']);
      expect(await names('', { namespace: '@acme' })).toEqual(['@acme/two']);
      expect(await names('', { username: 'bob' })).toEqual(['@acme/two']);
      expect(await names('one', { username: 'bob' })).toEqual([]);
    });

    it('comes in pages, with the number of all', async () => {
      await put({ name: 'pad-1' }, { name: 'pad-2' }, { name: 'pad-3' });
      expect(await names('pad', { from: 1, size: 1 })).toEqual(['pad-2']);
      expect(await search('pad', { from: 10 })).toEqual({ total: 3, hits: [] });
      expect(await search('pad', { size: 0 })).toEqual({ total: 3, hits: [] });
    });

    it('is told as it was put', async () => {
      const summary = { description: 'Pads.', keywords: ['Text'], license: 'MIT', homepage: 'https://pad.example' };
      const change = changeOf(repositoryId, { name: 'pad', namespace: '@acme', summary, deprecated: true });
      await index.put(change);
      await index.putDownloads([{ ...change, downloads: 7 }]);
      const { hits } = await search('pad');
      expect(hits).toMatchObject([{ packagePurl: change.packagePurl, downloads: 7, document: change.document }]);
    });
  });

  describe('a change', () => {
    it('is not undone by an older one, whatever comes last', async () => {
      await index.put(changeOf(repositoryId, { name: 'pad', summary: { description: 'new' } }, 3));
      await index.put(changeOf(repositoryId, { name: 'pad', summary: { description: 'old' } }, 2));
      expect(await names('new')).toEqual(['pad']);
      expect(await names('old')).toEqual([]);
    });

    it('that takes the last version away leaves a tombstone', async () => {
      await put({ name: 'pad' });
      const gone = { ...changeOf(repositoryId, { name: 'pad' }, 3), document: undefined };
      await index.put(gone);
      await index.put(changeOf(repositoryId, { name: 'pad' }, 2));
      expect(await search('pad')).toEqual({ total: 0, hits: [] });
      expect(await search('')).toEqual({ total: 0, hits: [] });
      await index.put(changeOf(repositoryId, { name: 'pad' }, 4));
      expect(await names('pad')).toEqual(['pad']);
    });

    it('keeps the downloads, which are told apart', async () => {
      const change = changeOf(repositoryId, { name: 'pad' });
      await index.put(change);
      await index.putDownloads([{ ...change, downloads: 5 }]);
      await index.put(changeOf(repositoryId, { name: 'pad' }, 2));
      expect((await search('pad')).hits[0]?.downloads).toBe(5);
      const unknown = changeOf(newRepository(), { name: 'unknown' });
      await expect(index.putDownloads([{ ...unknown, downloads: 5 }])).resolves.toBeUndefined();
    });
  });

  describe('hostile text', () => {
    it.each(['%', '_', '%%%', 'p%d', 'p_d', '\\', 'a\\%d', String.raw`\_`])(
      'has no wildcards: %j (W8)',
      async (text) => {
        await put({ name: 'pad' }, { name: 'other' });
        expect(await names(text)).toEqual([]);
      },
    );

    it.each([
      "'",
      '"',
      '&',
      '|',
      '!',
      'a & ! | (b',
      "x' OR 1=1 --",
      ':*',
      '<->',
      'a:*',
      '-',
      '"unclosed',
      '\0',
      '\uD800',
      '$1',
      '{}',
    ])('is no syntax: %j (W8)', async (text) => {
      await put({ name: 'pad' });
      expect(await search(text)).toEqual({ total: 0, hits: [] });
    });

    it('of any kind gets an answer, in every field (W8)', async () => {
      await put({ name: 'pad', summary: { description: 'Pads a string.', keywords: ['text'] } });
      const anyText = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 500 }),
        fc.string({ unit: 'binary', maxLength: 500 }),
        fc
          .array(
            fc.constantFrom('%', '_', '\\', "'", '"', '&', '|', '!', '(', ')', ':', '*', '<->', '\0', '\uDFFF', 'pad'),
          )
          .map((parts) => parts.join('')),
      );
      const query = fc.record({
        text: anyText,
        keywords: fc.array(anyText, { maxLength: 3 }),
        namespace: anyText,
        username: anyText,
      });
      await fc.assert(
        fc.asyncProperty(query, async ({ text, ...filters }) => {
          const [plain, filtered] = await Promise.all([search(text), search(text, filters)]);
          expect(plain.total).toBe(plain.hits.length);
          expect(filtered.total).toBeLessThanOrEqual(plain.total);
        }),
        { numRuns: 100 },
      );
    });

    it('of 500 characters without a break is cut, not refused', async () => {
      await put({ name: 'pad' });
      expect((await search('x'.repeat(500))).total).toBe(0);
      expect((await search('\u{1F9F6}ß'.repeat(250))).total).toBe(0);
      expect((await search('a '.repeat(250))).total).toBe(0);
    });
  });

  it('forgets all of a repository that is gone for good, and nothing of others', async () => {
    await put({ name: 'pad' }, { name: 'left-pad' });
    const other = newRepository();
    await index.put(changeOf(other, { name: 'pad' }));
    await index.forget(repositoryId);
    expect((await search('pad')).total).toBe(0);
    expect((await search('pad', { repositoryId: other })).total).toBe(1);
  });
}
