import { expect } from 'vitest';
import { Registry } from '../../registry.js';

/** A version in the running Waybill. */
export interface Published {
  readonly name: string;
  readonly version: string;
  readonly repository?: string;
}

interface Dist {
  readonly tarball: string;
  readonly integrity: string;
  readonly attestations?: { readonly url: string; readonly provenance: { readonly predicateType: string } };
}

/** Fails unless the registry has that version. */
export async function distOf({ name, version, repository }: Published): Promise<Dist> {
  const document = await get(`${new Registry().registryUrl(repository)}${name.replace('/', '%2f')}`, repository);
  const { versions } = JSON.parse(document.toString()) as { versions: Record<string, { dist: Dist }> };
  const dist = versions[version]?.dist;
  if (dist === undefined) throw new Error(`There is no ${name}@${version}.`);
  return dist;
}

/** What is found where the packument says that the provenance is: below the address of the repository. */
export async function attestationsOf(published: Published): Promise<string> {
  const { attestations } = await distOf(published);
  if (attestations === undefined) throw new Error(`${published.name}@${published.version} has no attestations.`);
  return (await get(attestations.url, published.repository)).toString();
}

export async function tarballOf(published: Published): Promise<Buffer> {
  return get((await distOf(published)).tarball, published.repository);
}

async function get(url: string, repository: string | undefined): Promise<Buffer> {
  const registry = new Registry();
  expect(url.startsWith(registry.registryUrl(repository))).toBe(true);
  const response = await registry.get(url.slice(registry.url.length), { authorization: `Bearer ${registry.token}` });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}
