import type { PackagePurl, RepositoryId } from '@waybill/domain';

/** Surrogate key of everything in a repository. */
export function repositoryTag(repositoryId: RepositoryId): string {
  return `npm/${repositoryId}`;
}

/** Surrogate key of everything about a package, whether it exists or not. */
export function packageTag({ repositoryId, purl }: { repositoryId: RepositoryId; purl: PackagePurl }): string {
  return `npm/${repositoryId}/${purl}`;
}

/** What an answer about a package is kept under. */
export function tagsOfPackage(key: { repositoryId: RepositoryId; purl: PackagePurl }): readonly string[] {
  return [repositoryTag(key.repositoryId), packageTag(key)];
}
