import { execFileSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';

const publicRegistry = 'https://registry.npmjs.org/';
const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * Settings for npm and pnpm that take the place of a registry that is this installation itself: it does not run yet, and
 * does not have Waybill's own packages. Nothing where the registry is another one.
 */
export function registrySettings(folder, environment) {
  if (!isOwnRegistry(registryOf(folder, environment), environment)) return {};
  return { npm_config_registry: publicRegistry, pnpm_config_registry: publicRegistry };
}

/** Whether an npm registry is the Waybill that these settings start, by its address alone. */
export function isOwnRegistry(registry, environment, addresses = ownAddresses()) {
  const url = parsed(registry);
  if (url === undefined) return false;
  const external = environment.WAYBILL_EXTERNAL_URL;
  if (external && url.href.startsWith(`${external.replace(/\/+$/, '')}/npm/`)) return true;
  if (!/^\/npm\/[a-z0-9-]+\/?$/.test(url.pathname)) return false;
  if (loopback.test(url.hostname)) return true;
  return url.port === (environment.WAYBILL_PORT || '8080') && addresses.includes(url.hostname);
}

function registryOf(folder, environment) {
  try {
    const options = { cwd: folder, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('npm', ['config', 'get', 'registry'], { ...options, timeout: 20_000 }).trim();
  } catch {
    return undefined;
  }
}

function ownAddresses() {
  return Object.values(networkInterfaces()).flatMap((found = []) =>
    found.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
  );
}

function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
