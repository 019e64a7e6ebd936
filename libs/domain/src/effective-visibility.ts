import type { Visibility } from './resource.js';

/**
 * Who may see a package: never more people, and in no more lists, than both its repository and the package itself say. Null:
 * the package says nothing of its own. What is unlisted on one side and internal on the other would have to be in no list
 * and for people who are signed in only; nothing but `private` is as narrow as both. Symmetric, and the same again changes
 * nothing, so that it may be applied to what is the narrower of two already (security.md A9). Pure.
 */
export function effectiveVisibility(repository: Visibility, own: Visibility | null): Visibility {
  if (own === null || own === repository || own === 'public') return repository;
  return repository === 'public' ? own : 'private';
}
