import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

export interface Sample {
  readonly name: string;
  readonly version: string;
  /** What is put into the tarball besides package.json; it does not compress. */
  readonly payloadBytes: number;
}

/** A body as the npm command line PUTs it. */
export interface PublishBody {
  readonly name: string;
  readonly version: string;
  readonly bytes: Buffer;
}

export const smallPayloadBytes = 2_500;
export const largePayloadBytes = 20 * 1024 * 1024;

/** A package like many: a dozen dependencies, a few scripts, a tarball of 3 KB or of what is asked. */
export async function publishBody(registryUrl: string, sample: Sample): Promise<PublishBody> {
  const { name, version } = sample;
  const manifest = manifestOf(name, version);
  const tarball = await tarballOf(manifest, sample.payloadBytes);
  const file = `${name}-${version}.tgz`;
  const dist = {
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    tarball: `${registryUrl}/${name}/-/${file}`,
  };
  const document = {
    _id: name,
    name,
    description: manifest.description,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    access: null,
    _attachments: {
      [file]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length },
    },
  };
  return { name, version, bytes: Buffer.from(JSON.stringify(document)) };
}

function manifestOf(name: string, version: string) {
  const dependencies = ['accepts', 'bytes', 'cookie', 'debug', 'etag', 'fresh', 'methods', 'ms', 'qs', 'send', 'vary'];
  return {
    name,
    version,
    description: 'A package that is measured with',
    keywords: ['bench', 'sample'],
    license: 'MIT',
    author: { name: 'Bench', email: 'bench@example.org' },
    homepage: 'https://example.org/bench',
    repository: { type: 'git', url: 'git+https://example.org/bench.git' },
    bugs: { url: 'https://example.org/bench/issues' },
    main: 'index.js',
    scripts: { test: 'node --test', lint: 'eslint .' },
    engines: { node: '>=20' },
    dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '^1.0.0'])),
  };
}

async function tarballOf(manifest: object, payloadBytes: number): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'package/package.json' }, JSON.stringify(manifest, null, 2));
  archive.entry({ name: 'package/index.js' }, 'module.exports = 1;\n');
  archive.entry({ name: 'package/data.bin' }, randomBytes(payloadBytes));
  archive.finalize();
  return gzipSync(await buffer(archive), { level: 1 });
}
