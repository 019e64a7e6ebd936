import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { Header } from 'tar-stream';
import { pack } from 'tar-stream';

export type SdistMember = Partial<Header> & { readonly name: string } & { readonly content?: string | Buffer };

/** PKG-INFO of a source distribution with nothing more than it has to have. */
export function packageInfo(name = 'foo_bar', version = '1.0', ...headers: string[]): string {
  return [`Metadata-Version: 2.4`, `Name: ${name}`, `Version: ${version}`, ...headers, '', ''].join('\n');
}

/** The members of a source distribution as build backends make it (PEP 625), by their paths in it. */
export function sdistMembers(files: Readonly<Record<string, string>> = {}, top = 'foo_bar-1.0'): SdistMember[] {
  const all: Record<string, string> = { 'PKG-INFO': packageInfo(), 'pyproject.toml': '[build-system]\n', ...files };
  return Object.entries(all).map(([path, content]) => ({ name: `${top}/${path}`, content }));
}

export async function sdistOf(members: readonly SdistMember[] = sdistMembers()): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...headers } of members) archive.entry(headers, content ?? '');
  archive.finalize();
  return gzipSync(await buffer(archive));
}
