import { readFile } from 'node:fs/promises';
import type { NpmClient, NpmToolId } from '@waybill/client-drivers';
import { installTool, npmToolById, openNpmClient } from '@waybill/client-drivers';
import type { SigstoreAccess } from '@waybill/testing';
import { sigstoreClientSettings, withTufRoot } from '@waybill/testing';
import { Registry } from '../../registry.js';

export interface OpenOptions {
  readonly registry?: Registry;
  readonly registryUrl?: string;
  /** Undefined: the registry's; null: none, as in a job that has no secrets. */
  readonly token?: string | null;
  /** Variables besides those of the proxy. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A client at a repository of a running Waybill that finds this Sigstore instead of the public one. */
export async function openSigstoreClient(
  sigstore: SigstoreAccess,
  id: NpmToolId,
  { registry = new Registry(), registryUrl, token = registry.token, environment }: OpenOptions = {},
): Promise<NpmClient & AsyncDisposable> {
  const places = { directory: '{box}', npmCache: 'cache/npm', xdgData: 'cache/xdg-data' };
  const settings = sigstoreClientSettings(sigstore, places);
  const client = await openNpmClient(id, {
    registry: {
      registryUrl: registryUrl ?? registry.registryUrl(),
      ...(token === null ? {} : { alwaysAuth: true, token }),
    },
    environment: { ...settings.environment, ...environment },
  });
  for (const [path, text] of Object.entries(settings.files)) await client.box.writeFile(path, text);
  if (id === 'pnpm-12') await client.box.writeFile('bin/pnpm', await pnpmThatTrusts(sigstore));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.dispose() });
}

async function pnpmThatTrusts(sigstore: SigstoreAccess): Promise<Buffer> {
  const { programs } = await installTool(npmToolById('pnpm-12'));
  return withTufRoot(await readFile(programs['pnpm']?.file ?? ''), sigstore);
}
