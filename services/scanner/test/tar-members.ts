import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { Header } from 'tar-stream';
import { pack } from 'tar-stream';

/** One member: its header as far as it is not that of an ordinary file, and its content. */
export interface Member extends Partial<Header> {
  readonly name: string;
  readonly content?: string | Buffer;
}

export async function tarOf(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of members) archive.entry(header, Buffer.from(content));
  archive.finalize();
  return buffer(archive);
}

/** A package tarball with its package.json and these members, hostile ones included. */
export async function tarballWith(...members: readonly Member[]): Promise<Buffer> {
  return gzipSync(
    await tarOf([{ name: 'package/package.json', content: '{"name":"a","version":"1.0.0"}' }, ...members]),
  );
}
