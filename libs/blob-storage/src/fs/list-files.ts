import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { unlessMissing } from './fs-error.js';

export interface ListedFile {
  /** Relative to the root, with forward slashes. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** Regular files exactly `depth` directories below `prefix`, one directory handle per level open at a time. */
export async function* listFiles(rootDir: string, prefix: string, depth: number): AsyncGenerator<ListedFile> {
  const directory = await unlessMissing(opendir(join(rootDir, prefix), { bufferSize: 256 }));
  if (directory === undefined) return;
  for await (const entry of directory) {
    const key = `${prefix}/${entry.name}`;
    if (depth > 0 && entry.isDirectory()) yield* listFiles(rootDir, key, depth - 1);
    if (depth > 0 || !entry.isFile()) continue;
    const stats = await unlessMissing(stat(join(rootDir, key)));
    if (stats !== undefined) yield { key, sizeBytes: stats.size, modifiedAt: stats.mtime };
  }
}
