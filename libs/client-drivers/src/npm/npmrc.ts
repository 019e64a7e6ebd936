import type { RegistrySettings } from './npm-client.js';

/** The lines that a user pastes into `~/.npmrc`; read by npm, pnpm, yarn classic and bun. */
export function npmrcText({ registryUrl, token, scope, alwaysAuth }: RegistrySettings): string {
  const url = withSlash(registryUrl);
  const lines = [`${scope === undefined ? '' : `${scope}:`}registry=${url}`];
  // npm matches a credential by the address without its scheme; the slash at the end is part of it.
  if (token !== undefined) lines.push(`${url.replace(/^https?:/, '')}:_authToken=${token}`);
  if (alwaysAuth === true) lines.push('always-auth=true');
  return `${lines.join('\n')}\n`;
}

export function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
