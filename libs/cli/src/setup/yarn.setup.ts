import { parseDocument } from 'yaml';
import type { ClientSetup, SetupWish } from './client-setup.js';
import { ciNext } from './client-setup.js';

/** yarn berry (2 and newer) reads `.yarnrc.yml`; comments in it stay. */
export const yarnSetup: ClientSetup = {
  client: 'yarn',
  ecosystem: 'npm',
  files: (wish) => [
    { where: wish.user ? 'home' : 'project', name: '.yarnrc.yml', merge: (before) => merge(before, wish) },
  ],
  next: ({ ci, scope }) => [
    ci ? ciNext : `Sign in once: yarn npm login --always-auth${scope === undefined ? '' : ` --scope ${nameOf(scope)}`}`,
  ],
};

function merge(before: string, { url, scope, ci }: SetupWish): string {
  const document = parseDocument(before);
  const at = scope === undefined ? [] : ['npmScopes', nameOf(scope)];
  document.setIn([...at, 'npmRegistryServer'], url);
  // Without it yarn asks for private packages as nobody.
  document.setIn([...at, 'npmAlwaysAuth'], true);
  if (ci) document.setIn([...at, 'npmAuthToken'], '${WAYBILL_TOKEN:-}');
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:') document.setIn(['unsafeHttpWhitelist'], [hostname]);
  return document.toString();
}

function nameOf(scope: string): string {
  return scope.replace(/^@/, '');
}
