import { homedir } from 'node:os';
import { join } from 'node:path';

/** `${XDG_CACHE_HOME:-~/.cache}/waybill`: what can be fetched again at any time. */
export function userCacheDirectory(): string {
  const cacheHome = process.env['XDG_CACHE_HOME'];
  return join(cacheHome === undefined || cacheHome === '' ? join(homedir(), '.cache') : cacheHome, 'waybill');
}

/** The folders of PATH, and those of the system administrator, which an ordinary user's PATH leaves out on Debian. */
export function programDirectories(): string[] {
  const path = (process.env['PATH'] ?? '').split(':').filter((directory) => directory.startsWith('/'));
  return [...new Set([...path, '/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/usr/bin'])];
}

/** Where pip would look for packages, as far as its environment says. */
export function pipEnvironment(): { indexUrl: string | undefined; configFiles: string[] } {
  const indexUrl = process.env['PIP_INDEX_URL'];
  const configHome = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  const explicit = process.env['PIP_CONFIG_FILE'];
  return {
    indexUrl: indexUrl === '' ? undefined : indexUrl,
    configFiles: [
      ...(explicit === undefined ? [] : [explicit]),
      join(configHome, 'pip', 'pip.conf'),
      join(homedir(), '.pip', 'pip.conf'),
      '/etc/pip.conf',
    ],
  };
}
