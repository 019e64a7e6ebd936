import { stringify } from 'yaml';
import type { RegistrySettings } from './npm-client.js';

/** What a user writes into `~/.yarnrc.yml`: Yarn 2 and newer read no `.npmrc`. */
export function yarnrcText({ registryUrl, token, scope, alwaysAuth }: RegistrySettings): string {
  const url = new URL(registryUrl);
  const registry = {
    npmRegistryServer: registryUrl,
    ...(token === undefined ? {} : { npmAuthToken: token }),
    ...(alwaysAuth === true ? { npmAlwaysAuth: true } : {}),
  };
  return stringify({
    ...(scope === undefined ? registry : { npmScopes: { [scope.replace(/^@/, '')]: registry } }),
    // Refuses plain http unless the host is listed.
    ...(url.protocol === 'http:' ? { unsafeHttpWhitelist: [url.hostname] } : {}),
  });
}
