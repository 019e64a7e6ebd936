import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Takes nats-server out of Debian's package and puts it at `target`. The package is not installed: that would need root
 * for everybody, and would start a second server of its own, open to the network. Answers whether it worked.
 */
export async function takeFromDebianPackage(target: string): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-nats-'));
  try {
    // apt fetches as a user of its own.
    await chmod(directory, 0o755);
    const options = { cwd: directory, timeout: 180_000 };
    const download = (): Promise<unknown> => run('apt-get', ['download', '--quiet', 'nats-server'], options);
    await download().catch(async (error: unknown) => {
      if (process.getuid?.() !== 0) throw error;
      await run('apt-get', ['update', '--quiet'], options);
      await download();
    });
    const file = (await readdir(directory)).find((name) => name.endsWith('.deb'));
    if (file === undefined) return false;
    await run('dpkg-deb', ['--extract', file, 'extracted'], options);
    await copyFile(join(directory, 'extracted/usr/sbin/nats-server'), target);
    return true;
  } catch {
    return false;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
