import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Group may read, so that a web server in the group can send blobs itself (X-Accel-Redirect). */
export const fileMode = 0o640;
export const directoryMode = 0o750;

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** mkdir -p; each directory that was created is durable afterwards. */
export async function makeDirectory(path: string): Promise<void> {
  const topmostCreated = await mkdir(path, { recursive: true, mode: directoryMode });
  if (topmostCreated === undefined) return;
  for (let current = path; current.length >= topmostCreated.length; current = dirname(current)) {
    await syncDirectory(dirname(current));
  }
}
