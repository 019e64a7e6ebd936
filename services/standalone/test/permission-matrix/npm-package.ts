import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { eventually } from '@waybill/testing';
import { pack } from 'tar-stream';
import type { Api } from './api.js';

const settling = { timeoutMs: 60_000, everyMs: 500 };

export interface NpmPackage {
  readonly slug: string;
  readonly name: string;
  readonly token: string;
  readonly files?: Readonly<Record<string, string>>;
  /** It waits for approval then. */
  readonly stages?: boolean;
}

/** For which a release is held: the shape of a token, put together here so that no scanner takes this file for a leak. */
export const heldFiles = {
  'config.js': `const token = "${['npm', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_')}";`,
};

/** Publishes a small package to an npm repository, and waits until it can be read, unless it is held. */
export async function publishPackage(
  api: Api,
  { slug, name, token, files = {}, stages = false }: NpmPackage,
): Promise<void> {
  const version = '1.0.0';
  const manifest = { name, version };
  const archive = pack();
  archive.entry({ name: 'package/package.json' }, JSON.stringify(manifest));
  for (const [path, text] of Object.entries(files)) archive.entry({ name: `package/${path}` }, text);
  archive.finalize();
  const tarball = gzipSync(await buffer(archive));
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const shasum = createHash('sha1').update(tarball).digest('hex');
  const data = tarball.toString('base64');
  const body = {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist: { integrity, shasum } } },
    _attachments: {
      [`${name}-${version}.tgz`]: { content_type: 'application/octet-stream', data, length: tarball.length },
    },
  };
  const target = `/npm/${slug}/${name}`;
  // The adapter hears of a new repository by an event.
  await eventually(() => api.must({ method: 'GET', target: `/npm/${slug}/-/v1/search`, token }));
  // On a machine that is busy the answer comes before the scan has ended; the same again is answered with its end.
  if (stages) {
    await api.must({ method: 'POST', target: `/npm/${slug}/-/stage/package/${name}`, token, body });
    return;
  }
  const answer = await eventually(async () => {
    const sent = await api.call({ method: 'PUT', target, token, body });
    if (sent.code === 'release.unsettled') throw new Error(sent.text);
    return sent;
  }, settling);
  if (answer.text.includes('held')) return;
  if (answer.status !== 201) throw new Error(`${name}: ${String(answer.status)} ${answer.text}`);
  await eventually(() => api.must({ method: 'GET', target, token }));
}
