import { homedir } from 'node:os';
import { join } from 'node:path';

/** Shared by all check-outs of the machine; every entry is complete as soon as it is visible, and safe to delete. */
export function toolsDirectory(): string {
  const cacheHome = process.env['XDG_CACHE_HOME'];
  return join(cacheHome === undefined || cacheHome === '' ? join(homedir(), '.cache') : cacheHome, 'waybill-tools');
}
