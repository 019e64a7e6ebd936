export const maxTagsPerPackage = 200;

interface Tag {
  readonly tag: string;
  /** Null for one that was removed. */
  readonly version: string | null;
  readonly wishedAt: Date;
}

/**
 * The tags that move to a release when it is published: those that it asked for, but those that somebody moved or removed after
 * it was submitted (it may have waited for a reviewer), and no new ones beyond `maxTagsPerPackage`.
 */
export function tagsToMove(wished: readonly string[], submittedAt: Date, existing: readonly Tag[]): string[] {
  const wishedAt = new Map(existing.map((tag) => [tag.tag, tag.wishedAt]));
  const moving = [...new Set(wished)].filter((tag) => (wishedAt.get(tag) ?? submittedAt) <= submittedAt);
  const live = new Set(existing.filter((tag) => tag.version !== null).map((tag) => tag.tag));
  const room = Math.max(0, maxTagsPerPackage - live.size);
  return [...moving.filter((tag) => live.has(tag)), ...moving.filter((tag) => !live.has(tag)).slice(0, room)];
}
