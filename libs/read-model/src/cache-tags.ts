import type { RepositoryId } from '@waybill/domain';
import type { PackageKey } from './packages/package-key.js';

/** The surrogate keys under which gateways keep what one ecosystem's adapter answers. */
export interface CacheTags {
  /** Of everything in a repository. */
  readonly repositoryTag: (repositoryId: RepositoryId) => string;
  /** Of everything about a package, whether it exists or not. */
  readonly packageTag: (key: PackageKey) => string;
  /** What an answer about a package is kept under. */
  readonly tagsOfPackage: (key: PackageKey) => readonly string[];
}

export function cacheTags(ecosystem: string): CacheTags {
  const repositoryTag = (repositoryId: RepositoryId) => `${ecosystem}/${repositoryId}`;
  const packageTag = ({ repositoryId, purl }: PackageKey) => `${ecosystem}/${repositoryId}/${purl}`;
  return { repositoryTag, packageTag, tagsOfPackage: (key) => [repositoryTag(key.repositoryId), packageTag(key)] };
}
