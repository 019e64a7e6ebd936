import type { NpmClient, NpmToolId } from '@waybill/client-drivers';
import { openNpmClient } from '@waybill/client-drivers';
import { Registry } from '../../registry.js';
import { idToken } from './id-token.js';
import type { LocalInternet, Route } from './local-internet.js';
import { startLocalInternet } from './local-internet.js';
import { makeSigstoreServices, signingHosts } from './sigstore-services.js';
import { makeTufRepository, tufHost } from './tuf-repository.js';

/** Sigstore of its own for one spec: npm trusts it exactly as it trusts the public one, and asks it in the same way. */
export interface LocalSigstore extends AsyncDisposable {
  readonly url: string;
  /** A client at a repository of the running Waybill that finds this sigstore instead of the public one. */
  open(id: NpmToolId, options?: OpenOptions): Promise<NpmClient & AsyncDisposable>;
}

export interface OpenOptions {
  readonly registryUrl?: string;
  /** Variables besides those of the proxy. */
  readonly environment?: Readonly<Record<string, string>>;
}

export const idTokenPath = '/id-token';

export async function startLocalSigstore(): Promise<LocalSigstore> {
  const services = await makeSigstoreServices();
  const tuf = makeTufRepository({ 'trusted_root.json': services.trustedRoot });
  const answerIdToken = () => ({ statusCode: 200, response: JSON.stringify({ value: idToken }) });
  const routes = new Map<string, Route>([...services.routes, ...tuf.routes, [idTokenPath, answerIdToken]]);
  const internet = await startLocalInternet([tufHost, ...signingHosts], routes);
  return {
    url: internet.url,
    open: async (id, { registryUrl, environment } = {}) => {
      const registry = new Registry();
      const client = await openNpmClient(id, {
        registry: { registryUrl: registryUrl ?? registry.registryUrl(), alwaysAuth: true, token: registry.token },
        environment: { ...environmentOf(internet), ...environment },
      });
      await client.box.writeFile('internet.pem', internet.certificate);
      // `npm audit` keeps what it trusts in npm's cache, `npm publish` where sigstore's own client does.
      for (const cache of ['cache/npm/_tuf', 'cache/xdg-data/sigstore-js']) {
        await client.box.writeFile(`${cache}/${tufHost}/root.json`, tuf.root);
      }
      return Object.assign(client, { [Symbol.asyncDispose]: () => client.dispose() });
    },
    [Symbol.asyncDispose]: () => internet[Symbol.asyncDispose](),
  };
}

function environmentOf({ url }: LocalInternet): Record<string, string> {
  return {
    HTTPS_PROXY: url,
    NO_PROXY: '127.0.0.1,localhost',
    NODE_EXTRA_CA_CERTS: '{box}/internet.pem',
    // The TUF client of npm 12 uses Node's own fetch, which heeds a proxy only when it is told to.
    NODE_USE_ENV_PROXY: '1',
  };
}
