import { parseDocument } from 'yaml';
import type { ClientSetup } from './client-setup.js';

/** yarn berry reads `.yarnrc.yml`; comments in it stay. */
export const yarnSetup: ClientSetup = {
  client: 'yarn',
  ecosystem: 'npm',
  describe: '.yarnrc.yml for yarn 2 and newer',
  fileName: '.yarnrc.yml',
  merge: (before, { url, scope }) => {
    const document = parseDocument(before);
    const at = scope === undefined ? [] : ['npmScopes', scope.replace(/^@/, '')];
    document.setIn([...at, 'npmRegistryServer'], url);
    document.setIn([...at, 'npmAuthToken'], '${WAYBILL_TOKEN:-}');
    const { protocol, hostname } = new URL(url);
    if (protocol === 'http:') document.setIn(['unsafeHttpWhitelist'], [hostname]);
    return document.toString();
  },
  next: () => ['Set WAYBILL_TOKEN, or sign in with yarn npm login.'],
};
