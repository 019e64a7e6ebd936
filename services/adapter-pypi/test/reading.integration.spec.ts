import type { RunningAdapter } from '@waybill/adapter-conformance';
import { memberOf, person, startAdapter } from '@waybill/adapter-conformance';
import type { ReleaseFacts } from '@waybill/contracts';
import {
  adapterBusRole,
  packageAggregate,
  releasePublished,
  releaseYanked,
  repositoryCreated,
} from '@waybill/contracts';
import type { Visibility } from '@waybill/domain';
import { digestHex } from '@waybill/domain';
import { driftOf } from '@waybill/persistence';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { service } from '../src/service.js';
import type { ReleasedFile } from './released-file.js';
import { releasedFile } from './released-file.js';

const json = { accept: 'application/vnd.pypi.simple.v1+json' };
let adapter: RunningAdapter;
const versions = new Map<string, number>();

beforeAll(async () => {
  adapter = await startAdapter({ service, role: adapterBusRole('adapter-pypi') });
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  }
});

afterAll(async () => {
  await adapter.stop();
});

async function tell(release: ReleaseFacts, type: Parameters<RunningAdapter['emit']>[0], data: unknown): Promise<void> {
  const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
  const version = (versions.get(aggregate) ?? 1) + 1;
  versions.set(aggregate, version);
  await adapter.emit(type, { aggregate, version, data });
}

/** A file that its page shows. */
async function publish(file: ReleasedFile, visibility: Visibility = 'public'): Promise<ReleaseFacts> {
  const release = await releasedFile(adapter.store, adapter.repositories[visibility], file);
  await tell(release, releasePublished, release);
  const filename = release.artifacts[0]?.filename;
  await eventually(async () => {
    const page = await pageOf(release);
    expect(page.files.map((one) => one['filename'])).toContain(filename);
  });
  return release;
}

interface Page {
  readonly files: readonly Record<string, unknown>[];
  readonly versions: readonly string[];
}

async function pageOf({ repository, packagePurl }: ReleaseFacts): Promise<Page> {
  const name = packagePurl.slice('pkg:pypi/'.length);
  const principal = memberOf(repository);
  const answer = await adapter.call(`/pypi/${repository.slug}/simple/${name}/`, { principal, headers: json });
  expect(answer.status).toBe(200);
  return answer.json() as unknown as Page;
}

describe('the page of a project', () => {
  it('comes in the form that is asked for, each with its own ETag, and says that it varies', async () => {
    await publish({ name: 'forms', version: '1.0' });
    const html = await adapter.call('/pypi/main/simple/forms/', { headers: { accept: '*/*' } });
    const inJson = await adapter.call('/pypi/main/simple/forms/', { headers: json });
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(inJson.headers['content-type']).toBe('application/vnd.pypi.simple.v1+json');
    expect(html.headers['etag']).not.toBe(inJson.headers['etag']);
    for (const { headers } of [html, inJson]) {
      expect(headers['etag']).toMatch(/^"[\w-]+"$/);
      expect(headers).toMatchObject({ vary: 'Accept, Accept-Encoding', 'cache-control': 'public, no-cache' });
    }
    const asked = await adapter.call('/pypi/main/simple/forms/?format=application/vnd.pypi.simple.v1+json');
    expect(asked.headers['content-type']).toBe('application/vnd.pypi.simple.v1+json');
    const refused = await adapter.call('/pypi/main/simple/forms/', { headers: { accept: 'application/json' } });
    expect(refused.status).toBe(406);
    expect(refused.bytes.toString()).toContain('application/vnd.pypi.simple.v1+json');
  });

  it('answers HEAD as GET', async () => {
    await publish({ name: 'heads', version: '1.0' });
    const head = await adapter.call('/pypi/main/simple/heads/', { method: 'HEAD', headers: json });
    const get = await adapter.call('/pypi/main/simple/heads/', { headers: json });
    expect(head.status).toBe(200);
    expect(head.headers['etag']).toBe(get.headers['etag']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
    expect(head.bytes).toHaveLength(0);
  });

  it('lists every file of every version, lowest first, each with what it says', async () => {
    const files = [
      { name: 'Many.Files', version: '1.10' },
      { name: 'Many.Files', version: '1.9', metadata: { requiresPython: '>=3.8' } },
      { name: 'Many.Files', version: '1.9', ending: '.tar.gz' },
    ];
    const releases: ReleaseFacts[] = [];
    for (const file of files) releases.push(await publish(file));
    const [, second] = releases;
    if (second === undefined) throw new Error('There are three.');
    const page = await pageOf(second);
    expect(page.versions).toEqual(['1.9', '1.10']);
    expect(page.files.map((file) => file['filename'])).toEqual([
      'many_files-1.9-py3-none-any.whl',
      'many_files-1.9.tar.gz',
      'many_files-1.10-py3-none-any.whl',
    ]);
    expect(page.files[0]).toMatchObject({
      hashes: { sha256: digestHex(second.artifacts[0]?.digests.sha256 ?? ('' as never)) },
      size: second.artifacts[0]?.sizeBytes,
      'requires-python': '>=3.8',
      yanked: false,
    });
    expect(page.files[1]).toMatchObject({ 'core-metadata': false });
  });

  it('leads every other spelling of its name to the one page, with the query (I5)', async () => {
    await publish({ name: 'Foo.Bar_baz', version: '1.0' });
    const address = 'https://packages.example/pypi/main/simple/foo-bar-baz/';
    for (const [target, to] of [
      ['/pypi/main/simple/foo-bar-baz', address],
      ['/pypi/main/simple/Foo.Bar_baz/', address],
      ['/pypi/main/simple/foo__BAR.-baz', address],
      ['/pypi/main/simple/Foo.Bar_baz/?format=text/html', `${address}?format=text/html`],
      ['/pypi/main/simple', 'https://packages.example/pypi/main/simple/'],
    ] as const) {
      const answer = await adapter.call(target);
      expect([target, answer.status, answer.headers['location']]).toEqual([target, 301, to]);
    }
  });

  it('leads nowhere where it is not known whether there is anything (A6)', async () => {
    for (const target of ['/pypi/secret/simple/Foo.Bar', '/pypi/nowhere/simple/Foo.Bar', '/pypi/secret/simple']) {
      expect((await adapter.call(target)).status).toBe(401);
      expect((await adapter.call(target, { principal: person() })).status).toBe(404);
    }
  });

  it('says that a file is yanked, and keeps it', async () => {
    const release = await publish({ name: 'yanked', version: '1.0' });
    const { repository, packagePurl, releaseId, version } = release;
    await tell(release, releaseYanked, {
      repository,
      packagePurl,
      changedBy: 'user:1',
      releases: [{ releaseId, version, yanked: true }],
    });
    await eventually(async () => expect((await pageOf(release)).files[0]).toMatchObject({ yanked: true }));
  });

  it.each(['nothing-here', '-', '..', 'a%20b', '%00', 'x'.repeat(200)])('is 404 for %s', async (name) => {
    const answer = await adapter.call(`/pypi/main/simple/${name}/`, { headers: json });
    expect([404, 400]).toContain(answer.status);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('is served from the store where it is large', async () => {
    const long = `>=3.8${',!=3.9.1'.repeat(100)}`;
    const release = await releasedFile(adapter.store, adapter.repositories.public, { name: 'large', version: '1.0' });
    for (let index = 0; index < 300; index += 1) {
      const file = { name: 'large', version: `1.${String(index)}`, metadata: { requiresPython: long } };
      const one = await releasedFile(adapter.store, adapter.repositories.public, file);
      await tell(one, releasePublished, one);
    }
    await eventually(async () => expect((await pageOf(release)).files).toHaveLength(300));
    const html = await adapter.call('/pypi/main/simple/large/');
    expect(html.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', vary: 'Accept, Accept-Encoding' });
    expect(html.bytes.length).toBeGreaterThan(200 * 1024);
  });
});

describe('the index', () => {
  it('lists the projects that the caller may read, in both forms', async () => {
    await publish({ name: 'listed-one', version: '1.0' }, 'internal');
    await publish({ name: 'Listed.Two', version: '1.0' }, 'internal');
    const principal = memberOf(adapter.repositories.internal);
    const inJson = await adapter.call('/pypi/internal/simple/', { principal, headers: json });
    expect(inJson.json()).toEqual({
      meta: { 'api-version': '1.4' },
      projects: [{ name: 'listed-one' }, { name: 'listed-two' }],
    });
    const html = await adapter.call('/pypi/internal/simple/', { principal });
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(html.headers['cache-control']).toBe('private, no-cache');
    expect(html.bytes.toString()).toContain('<a href="listed-two/">listed-two</a>');
  });

  it('is there while it is empty, for who may read its repository, and for nobody else (A6)', async () => {
    const empty = await adapter.call('/pypi/unlisted/simple/', { headers: json });
    expect(empty.json()).toMatchObject({ projects: [] });
    expect((await adapter.call('/pypi/secret/simple/')).status).toBe(401);
    expect((await adapter.call('/pypi/nowhere/simple/')).status).toBe(401);
    expect((await adapter.call('/pypi/secret/simple/', { principal: person() })).status).toBe(404);
    expect((await adapter.call('/pypi/nowhere/simple/', { principal: person() })).status).toBe(404);
  });
});

describe('a file', () => {
  it('is where its page says, with its metadata beside it, whose digest is the one on the page (PEP 658)', async () => {
    const release = await publish({ name: 'with-file', version: '1!2.0', contents: 'a wheel' });
    const [file] = (await pageOf(release)).files;
    const url = new URL(String(file?.['url']), 'https://packages.example/pypi/main/simple/with-file/');
    expect(url.pathname).toBe('/pypi/main/files/with-file/with_file-1!2.0-py3-none-any.whl');
    const answer = await adapter.call(url.pathname);
    expect(answer.bytes.toString()).toBe('a wheel');
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    const metadata = await adapter.call(`${url.pathname}.metadata`);
    expect(metadata.bytes.toString()).toContain('Name: with-file');
    const { sha256 } = file?.['core-metadata'] as { readonly sha256: string };
    expect(metadata.headers['etag'] ?? `"sha256:${sha256}"`).toContain(sha256);
  });

  it('has its plus signs and its other spellings (I5)', async () => {
    await publish({ name: 'torch', version: '2.12.0+cu132', contents: 'local' });
    for (const target of [
      '/pypi/main/files/torch/torch-2.12.0%2Bcu132-py3-none-any.whl',
      '/pypi/main/files/torch/torch-2.12.0+cu132-py3-none-any.whl',
      '/pypi/main/files/Torch/torch-2.12.0%2bcu132-py3-none-any.whl',
    ]) {
      expect((await adapter.call(target)).bytes.toString()).toBe('local');
    }
  });

  it('has no metadata where it is a source distribution', async () => {
    await publish({ name: 'source', version: '1.0', ending: '.tar.gz' });
    expect((await adapter.call('/pypi/main/files/source/source-1.0.tar.gz')).status).toBe(200);
    expect((await adapter.call('/pypi/main/files/source/source-1.0.tar.gz.metadata')).status).toBe(404);
  });

  it('of a private project is there for who may read it, with its metadata and its page, and for nobody else (A6)', async () => {
    const release = await publish({ name: 'hidden', version: '1.0' }, 'private');
    const file = '/pypi/secret/files/hidden/hidden-1.0-py3-none-any.whl';
    for (const target of [file, `${file}.metadata`, '/pypi/secret/simple/hidden/']) {
      const known = await adapter.call(target, { principal: memberOf(release.repository) });
      expect(known.status).toBe(200);
      const nowhere = target.replace('hidden', 'nothing');
      for (const principal of [undefined, person()]) {
        const call = principal === undefined ? {} : { principal };
        const [hidden, missing] = [await adapter.call(target, call), await adapter.call(nowhere, call)];
        expect(hidden.status).toBe(principal === undefined ? 401 : 404);
        expect([missing.status, missing.bytes.toString()]).toEqual([hidden.status, hidden.bytes.toString()]);
      }
    }
  });
});

it('has the tables that its entities say', async () => {
  expect(await driftOf(adapter.dataSource)).toEqual([]);
});
