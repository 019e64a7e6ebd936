import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** Publishes a package of about 3 KB. */
export async function publishSample(registry: string, token: string, name: string): Promise<void> {
  const archive = pack();
  archive.entry({ name: 'package/package.json' }, JSON.stringify({ name, version: '1.0.0', description: 'sample' }));
  archive.entry({ name: 'package/data.txt' }, randomBytes(1100).toString('hex'));
  archive.finalize();
  const tarball = gzipSync(await buffer(archive));
  const response = await fetch(`${registry}/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      _id: name,
      name,
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name, version: '1.0.0', description: 'sample' } },
      _attachments: { [`${name}-1.0.0.tgz`]: { data: tarball.toString('base64'), length: tarball.length } },
    }),
  });
  if (!response.ok) throw new Error(`The sample was not published: ${response.status} ${await response.text()}`);
}
