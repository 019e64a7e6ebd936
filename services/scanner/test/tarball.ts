import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A package tarball with these files below `package/`, as npm makes it; a path with a leading slash is kept as it is. */
export async function tarballOf(files: Readonly<Record<string, string | Buffer>>, level = 6): Promise<Buffer> {
  const archive = pack();
  for (const [path, content] of Object.entries(files)) {
    archive.entry({ name: path.startsWith('/') ? path : `package/${path}` }, content);
  }
  archive.finalize();
  return gzipSync(await buffer(archive), { level });
}
