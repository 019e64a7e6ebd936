import type { Registry } from './registry.js';

const address = /\/api\/v1\/held-releases\/([0-9a-f-]{36})/;

/** The id in the address that a publisher was told to look at, when their release is held. */
export function heldReleaseIn(output: string): string | undefined {
  return address.exec(output)?.[1];
}

/** Resolves when the decision is made; readers see it a moment later. */
export async function approveHeld(registry: Registry, releaseId: string): Promise<void> {
  await registry.apiJson('POST', `/held-releases/${releaseId}/approve`, { reason: 'Known, and meant to be there.' });
}
