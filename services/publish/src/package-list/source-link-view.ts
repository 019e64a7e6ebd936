import type { SourceLinkEntity } from '../source-links/source-link.entity.js';
import type { SourceLinkView } from './packages.schema.js';

export function sourceLinkViewOf(link: SourceLinkEntity): SourceLinkView {
  const { forge, host, owner, name, forgeOwnerId, forgeRepositoryId, inheritVisibility, inheritRoles } = link;
  return {
    forge,
    host,
    owner,
    name,
    ids: { owner: forgeOwnerId, repository: forgeRepositoryId },
    inheritVisibility,
    inheritRoles,
  };
}
