import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import { tempDir } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment } from '../../test/publish-body.js';
import { bundleAttachment, bundleOf, publishBody, statementAbout, tarballAttachment } from '../../test/publish-body.js';
import { tarballOf } from '../../test/tarball.js';
import { parseNpmName } from '../names/npm-name.js';
import type { PackageJson } from './package-json.js';
import { readPublishBody } from './publish-body.reader.js';
import { parsePublishDocument } from './publish-document.schema.js';
import { SubmissionService } from './submission.service.js';

let store: BlobStore;
let dispose: () => Promise<void>;

beforeAll(async () => {
  const directory = await tempDir('submission');
  dispose = () => directory.dispose();
  store = createBlobStore({ driver: 'fs', rootDir: directory.path });
});

afterAll(() => dispose());

async function prepare(name: string, body: object) {
  const staged: StagedBlob[] = [];
  const stage = (_file: string, contents: Readable) =>
    store.stage(contents, { maxBytes: 1024 * 1024, digests: ['sha1', 'sha512'] });
  const source = Readable.from([Buffer.from(JSON.stringify(body))]);
  const { document, attachments } = await readPublishBody(source, stage, (blob) => staged.push(blob));
  const npmName = parseNpmName(name);
  return new SubmissionService(store).prepare(npmName, parsePublishDocument(npmName, document), attachments);
}

interface Prepared {
  readonly manifest: PackageJson;
  readonly tarball: Buffer;
}

async function packed(manifest: PackageJson, files: Record<string, string> = {}): Promise<Prepared> {
  return { manifest, tarball: await tarballOf({ 'package.json': JSON.stringify(manifest), ...files }) };
}

function publish({ manifest, tarball }: Prepared, attachments: readonly Attachment[]) {
  return prepare(String(manifest['name']), publishBody(manifest, tarball, attachments));
}

describe.each(['plain', '@acme/scoped'])('a publish of %s with provenance', (name) => {
  it.each(['the tarball first', 'the bundle first'])(
    'stores the tarball as the tarball and the bundle as the bundle: %s (1(f) 7)',
    async (order) => {
      const release = await packed({ name, version: '1.0.0' });
      const bundle = bundleOf(statementAbout(release.manifest, release.tarball));
      const both = [tarballAttachment(release.manifest, release.tarball), bundleAttachment(release.manifest, bundle)];
      const { artifacts } = await publish(release, order === 'the tarball first' ? both : both.toReversed());
      const basename = name.replace('@acme/', '');
      expect(artifacts.map(({ role, filename, mediaType }) => [role, filename, mediaType])).toEqual([
        ['tarball', `${basename}-1.0.0.tgz`, 'application/octet-stream'],
        ['attestation', `${basename}-1.0.0.tgz.sigstore`, 'application/vnd.dev.sigstore.bundle.v0.3+json'],
      ]);
      const contents = await Promise.all(
        artifacts.map(async ({ stagedKey }) => buffer(await store.openStaged(stagedKey as StagedBlob['key']))),
      );
      expect(contents).toEqual([release.tarball, Buffer.from(JSON.stringify(bundle))]);
    },
  );
});

describe('a provenance bundle (P9)', () => {
  const manifest = { name: '@acme/attested', version: '1.0.0' };

  async function refusal(change: (bundle: Record<string, unknown>, tarball: Buffer) => unknown): Promise<string> {
    const release = await packed(manifest);
    const bundle = change(bundleOf(statementAbout(manifest, release.tarball)), release.tarball);
    const attachments = [tarballAttachment(manifest, release.tarball), bundleAttachment(manifest, bundle)];
    return publish(release, attachments).then(
      () => 'accepted',
      (error: unknown) => String(error),
    );
  }

  it.each(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1'])(
    'may hold a statement of %s',
    async (type) => {
      const accepted = (_bundle: unknown, tarball: Buffer) =>
        bundleOf({ ...statementAbout(manifest, tarball), _type: type });
      expect(await refusal(accepted)).toBe('accepted');
    },
  );

  it.each<[string, (tarball: Buffer) => object, RegExp]>([
    [
      'of another package',
      (tarball) => statementAbout({ name: 'other', version: '1.0.0' }, tarball),
      /another release/,
    ],
    ['of another version', (tarball) => statementAbout({ ...manifest, version: '2.0.0' }, tarball), /another release/],
    ['about another tarball', () => statementAbout(manifest, Buffer.from('other')), /not about the bytes/],
    ['without a subject', (tarball) => ({ ...statementAbout(manifest, tarball), subject: [] }), /subject/],
    ['of two subjects', (tarball) => twoSubjects(statementAbout(manifest, tarball)), /names a file twice/],
    [
      'that is no provenance',
      (tarball) => ({ ...statementAbout(manifest, tarball), predicateType: 'x' }),
      /of this type/,
    ],
    ['of another kind', (tarball) => ({ ...statementAbout(manifest, tarball), _type: 'x' }), /_type/],
  ])('with a statement %s is refused', async (_what, statement, reason) => {
    expect(await refusal((_bundle, tarball) => bundleOf(statement(tarball)))).toMatch(reason);
  });

  it.each<[string, (bundle: Record<string, unknown>) => unknown, RegExp]>([
    ['of an unknown media type', (bundle) => ({ ...bundle, mediaType: 'text/html' }), /mediaType/],
    ['without an envelope', ({ dsseEnvelope: _none, ...bundle }) => bundle, /dsseEnvelope/],
    ['that is no JSON', () => 'nonsense', /JSON document/],
    ['that is cut off', (bundle) => JSON.stringify(bundle).slice(0, -2), /JSON document/],
    ['that says something twice', (bundle) => `{"mediaType":"x",${JSON.stringify(bundle).slice(1)}`, /JSON document/],
    ['that is a tarball in base64', () => Buffer.alloc(100).toString('base64'), /JSON document/],
  ])('%s is refused', async (_what, change, reason) => {
    expect(await refusal(change)).toMatch(reason);
  });

  it('that is named after another version, or that comes alone, is refused', async () => {
    const release = await packed(manifest);
    const bundle = bundleAttachment(manifest, bundleOf(statementAbout(manifest, release.tarball)));
    const tarball = tarballAttachment(manifest, release.tarball);
    const misnamed = { ...bundle, name: '@acme/attested-2.0.0.sigstore' };
    await expect(publish(release, [tarball, misnamed])).rejects.toThrow(/named after another/);
    await expect(publish(release, [bundle])).rejects.toThrow(/has one tarball/);
    const extra = { ...bundle, name: 'notes.txt', data: '' };
    await expect(publish(release, [tarball, extra])).rejects.toThrow(/no attachments but/);
  });
});

describe('a tarball that contradicts what is declared is refused (P9, I7)', () => {
  const manifest = { name: '@acme/true', version: '1.0.0' };

  async function refusal(change: (body: ReturnType<typeof publishBody>) => void): Promise<string> {
    const release = await packed(manifest);
    const body = publishBody(manifest, release.tarball, [tarballAttachment(manifest, release.tarball)]);
    change(body);
    return prepare('@acme/true', body).then(
      () => 'accepted',
      (error: unknown) => String(error),
    );
  }

  const distOf = (body: ReturnType<typeof publishBody>) => body.versions['1.0.0']?.dist as Record<string, unknown>;

  it('and one that does not is accepted', async () => {
    expect(await refusal(() => undefined)).toBe('accepted');
  });

  it('by its sha512', async () => {
    const other = createHash('sha512').update('other').digest('base64');
    expect(await refusal((body) => (distOf(body)['integrity'] = `sha512-${other}`))).toMatch(/dist.integrity/);
    const both = (body: ReturnType<typeof publishBody>) =>
      (distOf(body)['integrity'] = `${String(distOf(body)['integrity'])} sha512-${other}`);
    expect(await refusal(both)).toMatch(/dist.integrity/);
  });

  it('by its sha1', async () => {
    expect(await refusal((body) => (distOf(body)['shasum'] = '0'.repeat(40)))).toMatch(/dist.shasum/);
  });

  it('by its length', async () => {
    const longer = (body: ReturnType<typeof publishBody>) => {
      body._attachments['@acme/true-1.0.0.tgz'] = { ...body._attachments['@acme/true-1.0.0.tgz'], length: 1 } as never;
    };
    expect(await refusal(longer)).toMatch(/length/);
  });

  it('by the name or the version in its package.json', async () => {
    for (const inside of [
      { name: '@acme/false', version: '1.0.0' },
      { name: '@acme/true', version: '1.0.1' },
    ]) {
      const { tarball } = await packed(inside);
      await expect(publish({ manifest, tarball }, [tarballAttachment(manifest, tarball)])).rejects.toThrow(
        /does not say what the package.json/,
      );
    }
  });

  it('by its file name', async () => {
    const release = await packed(manifest);
    const renamed = { ...tarballAttachment(manifest, release.tarball), name: 'other-1.0.0.tgz' };
    await expect(publish(release, [renamed])).rejects.toThrow(/named after another/);
  });
});

describe('what goes to publish besides the files', () => {
  it('is a summary of package.json, bounded and on one line', async () => {
    const release = await packed({
      name: 'summed-up',
      version: '1.0.0',
      description: `a\u0000b\n${'x'.repeat(3000)}`,
      keywords: ['one', 'one', 7, 'y'.repeat(200)],
      license: 'MIT',
      homepage: 'https://example.com',
      repository: { type: 'git', url: 'git+https://example.com/x.git' },
      bugs: 'https://example.com/bugs',
      author: 'Alice Example <alice@example.com> (https://example.com)',
    });
    const { summary } = await publish(release, [tarballAttachment(release.manifest, release.tarball)]);
    expect(summary).toEqual({
      description: `a b ${'x'.repeat(1996)}`,
      keywords: ['one', 'y'.repeat(100)],
      license: 'MIT',
      homepage: 'https://example.com',
      sourceUrl: 'git+https://example.com/x.git',
      bugsUrl: 'https://example.com/bugs',
      author: 'Alice Example',
    });
  });

  it('is empty for a package.json with nothing to say, or of odd types', async () => {
    for (const odd of [{}, { description: 7, keywords: {}, license: [], repository: null, author: ['x'], bugs: {} }]) {
      const release = await packed({ name: 'odd', version: '1.0.0', ...odd });
      const { summary } = await publish(release, [tarballAttachment(release.manifest, release.tarball)]);
      expect(summary).toEqual({});
    }
  });

  it('is a readme that a database takes: no NUL, no half of a character', async () => {
    const text = `a\u0000${'x'.repeat(64 * 1024 - 3)}😀`;
    const release = await packed({ name: 'readable', version: '1.0.0' }, { 'README.md': text });
    const { metadata } = await publish(release, [tarballAttachment(release.manifest, release.tarball)]);
    const stored = metadata.kind === 'blob' ? await buffer(await store.open(metadata.digest)) : undefined;
    const { facts } = JSON.parse(String(stored)) as { facts: { readme: string } };
    expect(facts.readme.isWellFormed()).toBe(true);
    expect(facts.readme.startsWith('ax')).toBe(true);
  });
});

function twoSubjects(statement: Record<string, unknown>): object {
  const [subject] = statement['subject'] as unknown[];
  return { ...statement, subject: [subject, subject] };
}
