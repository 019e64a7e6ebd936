import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { eventually } from '@waybill/testing';
import { pack } from 'tar-stream';
import type { Api } from './api.js';

/** Publishes a small package to an npm repository, and waits until it can be read. */
export async function publishPackage(
  api: Api,
  { slug, name, token }: { readonly slug: string; readonly name: string; readonly token: string },
): Promise<void> {
  const version = '1.0.0';
  const manifest = { name, version };
  const archive = pack();
  archive.entry({ name: 'package/package.json' }, JSON.stringify(manifest));
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
  await api.must({ method: 'PUT', target, token, body });
  await eventually(() => api.must({ method: 'GET', target, token }));
}
