import type { Environment } from '@waybill/config';
import type { ServiceDefinition } from '@waybill/service-host';
import type { StandaloneConfig } from './config.js';
import { config as schema } from './config.js';

const documented = 'docs/env.md has them all';

/** What a person has set that does nothing, in one sentence each. `filledIn`: the variables that services get from here. */
export function ignoredSettings(
  environment: Environment,
  services: readonly Pick<ServiceDefinition, 'config'>[],
  filledIn: ReadonlySet<string>,
): string[] {
  const own = new Set(Object.keys(schema.shape));
  const known = new Set(services.flatMap(({ config }) => Object.keys(config.shape)));
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith('WAYBILL_') && value !== undefined && value !== '' && !own.has(name))
    .flatMap(([name]) => {
      if (filledIn.has(name)) return [`${name} is ignored: npm start sets it itself.`];
      // Objects are kept in the data directory.
      if (name.startsWith('WAYBILL_S3_') && known.has(name))
        return [`${name} is ignored: npm start keeps its own store.`];
      return known.has(name) ? [] : [`${name} is ignored: npm start knows no such setting (${documented}).`];
    })
    .toSorted();
}

/** What to do when others may connect, and are not told where: undefined when there is nothing to do. */
export function addressWarning(config: StandaloneConfig, externalUrl: string): string | undefined {
  const { WAYBILL_HOST: host, WAYBILL_EXTERNAL_URL: configured } = config;
  if (configured !== undefined || isLoopback(host)) return undefined;
  const everywhere = host === '0.0.0.0' || host === '::';
  const consequence = everywhere ? 'which is right on this machine only' : 'by which all of them must reach it';
  return `WAYBILL_HOST is ${host} and WAYBILL_EXTERNAL_URL is not set: clients are sent to ${externalUrl}, ${consequence}. Set WAYBILL_EXTERNAL_URL to the address that they use.`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
