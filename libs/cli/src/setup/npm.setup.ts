import type { ClientSetup, SettingsFile, SetupWish } from './client-setup.js';
import { ciNext } from './client-setup.js';
import { withLine } from './line-file.js';

type Setting = readonly [key: string, value: string];

/**
 * npm, pnpm, yarn classic and bun read `.npmrc`. The line of a token is written for jobs alone: it goes before what `npm login`
 * keeps in the person's home, so that a project with it would not know who has signed in.
 */
export const npmSetups: readonly ClientSetup[] = ['npm', 'pnpm', 'yarn-classic', 'bun'].map((client) => ({
  client,
  ecosystem: 'npm',
  files: (wish) => filesOf(client, wish),
  next: (wish) => nextOf(client, wish),
}));

function filesOf(client: string, wish: SetupWish): readonly SettingsFile[] {
  const address: readonly Setting[] = [
    [wish.scope === undefined ? 'registry' : `${wish.scope}:registry`, wish.url],
    // Without it yarn sends the token for packages with a scope alone.
    ...(client === 'yarn-classic' ? [['always-auth', 'true'] as const] : []),
  ];
  const token: readonly Setting[] = wish.ci
    ? [[`${wish.url.replace(/^https?:/, '')}:_authToken`, '${WAYBILL_TOKEN}']]
    : [];
  // pnpm replaces no variables in what comes with a project, so that no checkout chooses who gets a token; and pnpm 10
  // publishes from another folder.
  const inHome = wish.user || (wish.ci && client === 'pnpm');
  return [npmrc(inHome ? 'home' : 'project', [...address, ...token])];
}

function npmrc(where: SettingsFile['where'], settings: readonly Setting[]): SettingsFile {
  const merge = (before: string) => settings.reduce((text, [key, value]) => withLine(text, key, value), before);
  return { where, name: '.npmrc', merge };
}

function nextOf(client: string, wish: SetupWish): readonly string[] {
  const signIn = `Sign in once: ${loginOf(client)}${loginFlags(wish)}`;
  const steps = [wish.ci ? ciNext : signIn];
  const isPlain = wish.ci || wish.user || client !== 'pnpm';
  return isPlain ? steps : [...steps, `Up to pnpm 10, publish with: pnpm publish --registry=${wish.url}`];
}

/** yarn classic keeps no login, and bun has none; both read what npm keeps. */
function loginOf(client: string): string {
  return client === 'pnpm' ? 'pnpm login' : 'npm login';
}

function loginFlags({ url, scope }: SetupWish): string {
  return ` --registry=${url}${scope === undefined ? '' : ` --scope=${scope}`}`;
}
