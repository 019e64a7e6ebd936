import type { PackagePurl, RepositoryId } from '@waybill/domain';

/** One package in one repository, whether it exists or not. */
export interface PackageKey {
  readonly repositoryId: RepositoryId;
  readonly purl: PackagePurl;
}
