import type { Action } from '@waybill/domain';

/** What people mean when they make a token, so that nobody ticks "everything" for want of knowing better. */
export const scopePresets = ['read-only', 'publish', 'ci'] as const;
export type ScopePreset = (typeof scopePresets)[number];

const actionsOfPreset: Record<ScopePreset, readonly Action[]> = {
  'read-only': ['read'],
  /** The daily work of a maintainer. Nothing that takes versions away. */
  publish: ['read', 'publish', 'metadata', 'yank'],
  /** A pipeline installs and publishes; it changes nothing that was published. */
  ci: ['read', 'publish'],
};

export function actionsOfScopePreset(preset: ScopePreset): readonly Action[] {
  return actionsOfPreset[preset];
}
