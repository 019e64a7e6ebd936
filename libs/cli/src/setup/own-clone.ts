import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The folder of Waybill's own sources that `folder` is in, if it is: with settings for a registry of somebody's own there,
 * Waybill could not install what it is built from any more.
 */
export async function findOwnClone(folder: string): Promise<string | undefined> {
  if (await isOwnClone(folder)) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : findOwnClone(above);
}

async function isOwnClone(folder: string): Promise<boolean> {
  try {
    await access(join(folder, 'libs/cli/bin/waybill.js'));
    return /"name":\s*"waybill"/.test(await readFile(join(folder, 'package.json'), 'utf8'));
  } catch {
    return false;
  }
}
