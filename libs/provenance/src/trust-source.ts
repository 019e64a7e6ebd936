import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DEFAULT_MIRROR_URL, initTUF } from '@sigstore/tuf';
import { z } from 'zod';
import type { TrustRoot } from './trust-root.js';
import { parseTrustRoot } from './trust-root.js';

/** Where a trust root comes from. */
export interface TrustSource {
  readonly name: string;
  /** What is at hand, without the network. Errors: `invalid` `provenance.trust-root`, and those of the file system. */
  read(): Promise<TrustRoot>;
  /** What there is now; it may ask the network, for a bounded time. Errors: any. */
  renew(): Promise<TrustRoot>;
  /** Until what was renewed is old. */
  readonly freshMilliseconds: number;
  /** Whether `read` may be far older than what `renew` would find. */
  readonly mayBeOld: boolean;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const target = 'trusted_root.json';

/** A file on this machine; what is written over it counts within a minute. */
export function fileTrustSource(path: string): TrustSource {
  const read = async () => parseTrustRoot(path, await readFile(path));
  return { name: path, read, renew: read, freshMilliseconds: minute, mayBeOld: false };
}

/**
 * The Sigstore of everybody (sigstore.dev), by its TUF repository, from a root of trust that comes with the library. `cacheDir` is this
 * process's own: who writes there decides what is trusted. Without the network it is as it was when the library was released, or as it
 * was last seen.
 */
export function publicGoodTrustSource(cacheDir: string, mirrorUrl: string = DEFAULT_MIRROR_URL): TrustSource {
  const name = 'public-good';
  const cached = join(cacheDir, encodeURIComponent(new URL(mirrorUrl).host));
  return {
    name,
    read: async () => parseTrustRoot(name, (await lastSeen(cached)) ?? shipped(mirrorUrl)),
    renew: async () => {
      const client = await initTUF({ cachePath: cacheDir, mirrorURL: mirrorUrl, timeout: 10_000, retry: 1 });
      return parseTrustRoot(name, Buffer.from(await client.getTarget(target)));
    },
    freshMilliseconds: day,
    mayBeOld: true,
  };
}

/** The client puts what is shipped into its directory, too; only what it has verified against a timestamp was seen. */
async function lastSeen(cached: string): Promise<Buffer | undefined> {
  try {
    await readFile(join(cached, 'timestamp.json'));
    return await readFile(join(cached, 'targets', target));
  } catch {
    return undefined;
  }
}

const seeds = z.record(z.string(), z.object({ targets: z.record(z.string(), z.base64()) }));

function shipped(mirrorUrl: string): Buffer {
  const all = seeds.parse(createRequire(import.meta.url)('@sigstore/tuf/seeds.json'));
  return Buffer.from(all[mirrorUrl]?.targets[target] ?? '', 'base64');
}
