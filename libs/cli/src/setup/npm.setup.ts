import type { ClientSetup, Registry } from './client-setup.js';
import { withLine } from './line-file.js';

/** npm, pnpm, yarn classic and bun read `.npmrc`. The token comes from the environment, so that the file can be committed. */
export const npmSetups: readonly ClientSetup[] = ['npm', 'pnpm', 'yarn-classic', 'bun'].map((client) => ({
  client,
  ecosystem: 'npm',
  describe: `.npmrc for ${client}`,
  fileName: '.npmrc',
  merge: (before, registry) =>
    withLine(withLine(before, registryKey(registry), registry.url), tokenKey(registry), '${WAYBILL_TOKEN}'),
  next: () => ['Set WAYBILL_TOKEN, or sign in with the client itself (npm login).'],
}));

function registryKey({ scope }: Registry): string {
  return scope === undefined ? 'registry' : `${scope}:registry`;
}

function tokenKey({ url }: Registry): string {
  return `${url.replace(/^https?:/, '')}:_authToken`;
}
