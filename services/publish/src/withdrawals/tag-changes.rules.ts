import { DomainError } from '@waybill/domain';
import { maxTagsPerPackage } from '../tags/tag.rules.js';

export interface TagChanges {
  readonly removed: string[];
  readonly moved: Record<string, string>;
}

/**
 * What a withdrawal does to tags: those of withdrawn versions go, unless they are wished elsewhere, and wishes move.
 * Errors: `not-found` `version.not-found` for a wish at a version that is not there afterwards, `limit` `tag.too-many`.
 */
export function tagChangesOf(change: {
  readonly tags: readonly { readonly tag: string; readonly version: string | null }[];
  readonly withdrawn: readonly string[];
  readonly remaining: readonly string[];
  readonly wished: Readonly<Record<string, string>>;
}): TagChanges {
  const withdrawn = new Set(change.withdrawn);
  const remaining = new Set(change.remaining);
  const now = new Map(change.tags.map(({ tag, version }) => [tag, version]));
  const wishes = Object.entries(change.wished);
  const missing = wishes.find(([, version]) => !remaining.has(version));
  if (missing !== undefined) {
    throw new DomainError('not-found', 'version.not-found', `Version ${missing[1]} was not found.`);
  }
  const moved = Object.fromEntries(wishes.filter(([tag, version]) => now.get(tag) !== version));
  const removed = [...now]
    .filter(([tag, version]) => version !== null && withdrawn.has(version) && !Object.hasOwn(change.wished, tag))
    .map(([tag]) => tag);
  if (now.size + Object.keys(moved).filter((tag) => !now.has(tag)).length > maxTagsPerPackage) {
    throw new DomainError('limit', 'tag.too-many', `A package has at most ${maxTagsPerPackage} tags.`);
  }
  return { removed, moved };
}

/**
 * The first tag that is moved though it did not point at anything that is withdrawn: that is no consequence of the
 * withdrawal, and nothing that the right to delete covers (security.md A4).
 */
export function tagMovedForItsOwnSake(
  { moved }: TagChanges,
  tags: readonly { readonly tag: string; readonly version: string | null }[],
  withdrawn: readonly string[],
): string | undefined {
  const now = new Map(tags.map(({ tag, version }) => [tag, version]));
  return Object.keys(moved).find((tag) => !withdrawn.includes(now.get(tag) ?? ''));
}
