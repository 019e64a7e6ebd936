import type { ReleaseSummary } from '@waybill/contracts';
import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';

export interface PackageKey {
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

/** What is known of one package that has at least one version to install; the version is the one that clients take. */
export interface SearchDocument {
  readonly ecosystem: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly version: string;
  readonly summary: ReleaseSummary;
  readonly publishedAt: Date;
  readonly publishedBy: string;
  /** Publisher and owners by user name. */
  readonly usernames: readonly string[];
  readonly deprecated: boolean;
  /** What the package says of its own visibility; null where it says nothing. */
  readonly visibility: Visibility | null;
}

/**
 * The state of one package after a change. `revision` rises with every change of that package: an index takes nothing
 * that is older than what it has, and keeps the revision of what is gone, so that changes may arrive in any order.
 */
export interface DocumentChange extends PackageKey {
  readonly revision: number;
  /** Undefined: nothing is left to install. */
  readonly document: SearchDocument | undefined;
}

/** The name as people write it: `@acme/left-pad`, `guzzlehttp/guzzle`. */
export function fullName(document: Pick<SearchDocument, 'namespace' | 'name'>): string {
  return document.namespace === undefined ? document.name : `${document.namespace}/${document.name}`;
}
