import type { DefaultTreeAdapterTypes } from 'parse5';
import { parse } from 'parse5';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPage } from './page.builder.js';
import type { ProjectPage, SimpleFile } from './simple-page.js';

const sha256 = 'a'.repeat(64);

function file(change: Partial<SimpleFile> = {}): SimpleFile {
  return {
    filename: 'foo-1.0-py3-none-any.whl',
    url: '../../files/foo/foo-1.0-py3-none-any.whl',
    sha256,
    sizeBytes: 3072,
    uploadedAt: new Date('2026-03-04T05:06:07.089Z'),
    ...change,
  };
}

function page(change: Partial<ProjectPage> = {}): ProjectPage {
  return { name: 'foo', status: 'active', versions: ['1.0'], files: [file()], ...change };
}

function json(of: ProjectPage): Record<string, unknown> & { files: Record<string, unknown>[] } {
  return JSON.parse(buildPage(of, 'json').body.toString('utf8')) as ReturnType<typeof json>;
}

interface ParsedPage {
  readonly anchors: readonly { readonly text: string; readonly attributes: Record<string, string> }[];
  readonly meta: Record<string, string>;
}

/** With the parser of the HTML standard, which must find nothing to complain about. */
function html(of: ProjectPage): ParsedPage {
  const errors: unknown[] = [];
  const document = parse(buildPage(of, 'html').body.toString('utf8'), { onParseError: (error) => errors.push(error) });
  expect(errors).toEqual([]);
  const elements = elementsIn(document);
  const attributesOf = (element: DefaultTreeAdapterTypes.Element) =>
    Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]));
  const metas = elements.filter(({ tagName }) => tagName === 'meta').map(attributesOf);
  return {
    anchors: elements
      .filter(({ tagName }) => tagName === 'a')
      .map((element) => ({ text: textOf(element), attributes: attributesOf(element) })),
    meta: Object.fromEntries(metas.flatMap(({ name, content }) => (name === undefined ? [] : [[name, content ?? '']]))),
  };
}

function elementsIn(node: DefaultTreeAdapterTypes.ParentNode): DefaultTreeAdapterTypes.Element[] {
  return node.childNodes.flatMap((child) => ('tagName' in child ? [child, ...elementsIn(child)] : []));
}

function textOf(element: DefaultTreeAdapterTypes.Element): string {
  return element.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
}

describe('the page of a project', () => {
  const full = file({
    filename: 'foo-1.0+cu132-py3-none-any.whl',
    url: '../../files/foo/foo-1.0%2Bcu132-py3-none-any.whl',
    requiresPython: '>=3.8,<4',
    yanked: 'breaks "everything" & <more>',
    metadataSha256: 'b'.repeat(64),
    provenanceUrl: 'https://registry.example/pypi/acme/integrity/foo/1.0/foo.whl/provenance',
  });

  it('has every field of the specification in JSON (PEP 691, 700, 714, 740, 792)', () => {
    expect(json(page({ files: [full], status: 'deprecated', statusReason: 'use bar' }))).toEqual({
      meta: { 'api-version': '1.4' },
      name: 'foo',
      'project-status': { status: 'deprecated', reason: 'use bar' },
      versions: ['1.0'],
      files: [
        {
          filename: 'foo-1.0+cu132-py3-none-any.whl',
          url: '../../files/foo/foo-1.0%2Bcu132-py3-none-any.whl',
          hashes: { sha256 },
          'requires-python': '>=3.8,<4',
          size: 3072,
          'upload-time': '2026-03-04T05:06:07.089000Z',
          yanked: 'breaks "everything" & <more>',
          'core-metadata': { sha256: 'b'.repeat(64) },
          'data-dist-info-metadata': { sha256: 'b'.repeat(64) },
          provenance: 'https://registry.example/pypi/acme/integrity/foo/1.0/foo.whl/provenance',
        },
      ],
    });
  });

  it('says of a plain file what it has not, in JSON', () => {
    expect(json(page()).files[0]).toEqual({
      filename: 'foo-1.0-py3-none-any.whl',
      url: '../../files/foo/foo-1.0-py3-none-any.whl',
      hashes: { sha256 },
      'requires-python': null,
      size: 3072,
      'upload-time': '2026-03-04T05:06:07.089000Z',
      yanked: false,
      'core-metadata': false,
      'data-dist-info-metadata': false,
      provenance: null,
    });
  });

  it('has every attribute of the specification in HTML (PEP 503, 592, 629, 658, 714, 740, 792)', () => {
    const { anchors, meta } = html(page({ files: [full], status: 'deprecated', statusReason: 'use "bar"' }));
    expect(meta).toEqual({
      'pypi:repository-version': '1.4',
      'pypi:project-status': 'deprecated',
      'pypi:project-status-reason': 'use "bar"',
    });
    expect(anchors).toEqual([
      {
        text: 'foo-1.0+cu132-py3-none-any.whl',
        attributes: {
          href: `../../files/foo/foo-1.0%2Bcu132-py3-none-any.whl#sha256=${sha256}`,
          'data-requires-python': '>=3.8,<4',
          'data-yanked': 'breaks "everything" & <more>',
          'data-core-metadata': `sha256=${'b'.repeat(64)}`,
          'data-dist-info-metadata': `sha256=${'b'.repeat(64)}`,
          'data-provenance': 'https://registry.example/pypi/acme/integrity/foo/1.0/foo.whl/provenance',
        },
      },
    ]);
  });

  it('leaves out of HTML what a file has not', () => {
    expect(html(page()).anchors[0]?.attributes).toEqual({
      href: `../../files/foo/foo-1.0-py3-none-any.whl#sha256=${sha256}`,
    });
  });

  it('writes the signs of comparison as HTML has them', () => {
    const body = buildPage(page({ files: [file({ requiresPython: '>=3.8,<4' })] }), 'html').body.toString('utf8');
    expect(body).toContain('data-requires-python="&gt;=3.8,&lt;4"');
  });

  it('says that a file is yanked without a reason: true in JSON, empty in HTML (PEP 592, 691)', () => {
    const yanked = page({ files: [file({ yanked: '' })] });
    expect(json(yanked).files[0]?.['yanked']).toBe(true);
    expect(html(yanked).anchors[0]?.attributes['data-yanked']).toBe('');
  });

  it('offers no file of a quarantined project, but is there (PEP 792)', () => {
    const quarantined = page({ status: 'quarantined' });
    expect(json(quarantined)).toMatchObject({ 'project-status': { status: 'quarantined' }, files: [], versions: [] });
    expect(html(quarantined)).toEqual({
      anchors: [],
      meta: { 'pypi:repository-version': '1.4', 'pypi:project-status': 'quarantined' },
    });
  });

  it('has another entity tag in another form and after another change, and the same after none', () => {
    const tags = [
      buildPage(page(), 'json').etag,
      buildPage(page(), 'html').etag,
      buildPage(page({ files: [file({ yanked: '' })] }), 'json').etag,
      buildPage(page({ files: [file({ yanked: '' })] }), 'html').etag,
    ];
    expect(new Set(tags).size).toBe(tags.length);
    expect(buildPage(page(), 'json').etag).toBe(tags[0]);
    expect(tags.every((tag) => /^"[\w-]{32}"$/.test(tag))).toBe(true);
  });

  it('says the same in both forms, whatever its texts are (W1)', () => {
    // What HTML cannot hold, metadata cannot either: control characters, lone surrogates.
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((some) => !/[\p{Cc}\p{Cs}\p{Cn}]/u.test(some));
    fc.assert(
      fc.property(text, text, text, text, (filename, requiresPython, yanked, statusReason) => {
        const hostile = page({ statusReason, files: [file({ filename, requiresPython, yanked })] });
        const { anchors, meta } = html(hostile);
        expect(meta['pypi:project-status-reason']).toBe(statusReason);
        expect(anchors).toHaveLength(1);
        expect(anchors[0]?.text).toBe(filename);
        expect(anchors[0]?.attributes).toMatchObject({ 'data-requires-python': requiresPython, 'data-yanked': yanked });
        const [inJson] = json(hostile).files;
        expect(inJson).toMatchObject({ filename, 'requires-python': requiresPython, yanked: yanked === '' || yanked });
      }),
      { numRuns: 200 },
    );
  });
});
