import type { Registry } from './registry.js';

export interface HeldRelease {
  readonly releaseId: string;
  readonly purl: string;
  readonly reasons: readonly { readonly rule: string; readonly path?: string }[];
}

/** The release of this npm package that waits for a person. */
export async function findHeld(registry: Registry, name: string): Promise<HeldRelease> {
  const { items } = await registry.apiJson<{ items: HeldRelease[] }>('GET', '/held-releases?limit=100');
  const start = `pkg:npm/${name.replace('@', '%40')}@`;
  const found = items.find((item) => item.purl.startsWith(start));
  if (found === undefined) throw new Error(`${name} is not held.`);
  return found;
}

/** Names of all packages of which a release waits for a person. */
export async function findHeldNames(registry: Registry): Promise<string[]> {
  const { items } = await registry.apiJson<{ items: HeldRelease[] }>('GET', '/held-releases?limit=100');
  return items.map((item) => item.purl.replace(/^pkg:npm\//, '').replace(/@[^@]*$/, ''));
}

/** Resolves when the decision is made; readers see it a moment later. */
export async function approveHeld(registry: Registry, { releaseId }: HeldRelease): Promise<void> {
  await registry.apiJson('POST', `/held-releases/${releaseId}/approve`, { reason: 'Known, and meant to be there.' });
}

/** What a client printed, without the lines and frames into which it broke a message. */
export function unwrapped(output: string): string {
  return output.replaceAll(/[\s│]+/g, '');
}
