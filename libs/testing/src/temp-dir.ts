import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
  dispose(): Promise<void>;
}

/** An empty directory, removed by `dispose()` or at the end of an `await using` block. */
export async function tempDir(purpose = 'test'): Promise<TempDir> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `waybill-${purpose}-`)));
  async function dispose(): Promise<void> {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
  return { path, dispose, [Symbol.asyncDispose]: dispose };
}
