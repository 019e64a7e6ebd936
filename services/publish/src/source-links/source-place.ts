import type { SourceLinkEntity } from './source-link.entity.js';

export type SourcePlace = Pick<SourceLinkEntity, 'forge' | 'host' | 'owner' | 'name'>;

/**
 * `github:github.com/acme:left-pad`, in lower case: forges do not tell names apart by case. Owners and names may have slashes,
 * but no colons: `a/b` and `c` are another place than `a` and `b/c`.
 */
export function placeOf({ forge, host, owner, name }: SourcePlace): string {
  return `${forge}:${host}/${owner}:${name}`.toLowerCase();
}
