import { join } from 'node:path';
import type { NpmClient, NpmToolId } from '@waybill/client-drivers';
import { makePackage, mustSucceed, openNpmClient } from '@waybill/client-drivers';
import { Registry, unique } from '../registry.js';

/** The clients that have npm's own commands for a package's life after it was published. */
export const npmLikeClients: readonly NpmToolId[] = ['npm-6', 'npm-11', 'npm-12', 'pnpm-10', 'pnpm-12'];

export interface OpenOptions {
  /** Of the admin unless another one is given; null for nobody. */
  readonly token?: string | null;
  readonly repository?: string;
}

/** A real client in an empty home at one repository of the running Waybill; gone at the end of the block. */
export async function openClient(
  id: NpmToolId,
  { token, repository }: OpenOptions = {},
): Promise<NpmClient & AsyncDisposable> {
  const registry = new Registry();
  const registryUrl = registry.registryUrl(repository);
  const used = token === undefined ? registry.token : token;
  const client = await openNpmClient(id, {
    registry: { registryUrl, alwaysAuth: true, ...(used === null ? {} : { token: used }) },
  });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.dispose() });
}

/** Publishes these versions of a package of this name with the client, oldest first. */
export async function publishVersions(client: NpmClient, name: string, ...versions: string[]): Promise<void> {
  for (const version of versions) {
    const directory = join(client.box.work, unique('lib'));
    const files = { 'index.js': `module.exports = ${JSON.stringify(version)};` };
    const packageJson = { description: `Something called ${name}`, keywords: ['waybill-test'] };
    mustSucceed(await client.publish(await makePackage(directory, { name, version, files, packageJson })));
  }
}

/** The full packument as a plain reader sees it; undefined where there is none. */
export async function packumentOf(name: string, repository = 'main'): Promise<Packument | undefined> {
  const registry = new Registry();
  const headers = { authorization: `Bearer ${registry.token}` };
  const response = await registry.get(`/npm/${repository}/${name.replace('/', '%2f')}`, headers);
  return response.status === 404 ? undefined : ((await response.json()) as Packument);
}

export interface Packument {
  readonly _rev: string;
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, { deprecated?: string; dist: { tarball: string; integrity: string } }>>;
  readonly time: Readonly<Record<string, string>>;
  readonly maintainers: readonly { name: string; email: string }[];
  readonly users?: Readonly<Record<string, boolean>>;
}
