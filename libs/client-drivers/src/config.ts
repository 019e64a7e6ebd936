import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where installed clients are kept: `$XDG_CACHE_HOME/waybill-tools`, by default `~/.cache/waybill-tools`. Shared by all
 * check-outs of the machine; every entry is complete as soon as it is visible, and safe to delete.
 */
export function toolCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const cacheHome = environment['XDG_CACHE_HOME'];
  return join(cacheHome === undefined || cacheHome === '' ? join(homedir(), '.cache') : cacheHome, 'waybill-tools');
}

/**
 * The machine's own environment (proxy, mirror, certificates), with which clients are installed and never run. What a
 * surrounding `npm run` or `pnpm run` added (`npm_*`, `pnpm_*`) is left out: it describes that run, not the machine.
 */
export function machineEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !/^(npm_(?!config_)|pnpm_|NODE_OPTIONS$|VITEST)/.test(name)) kept[name] = value;
  }
  return kept;
}
