import type { EntityManager } from 'typeorm';
import type { PackageKey } from './package-key.js';
import type { PackageRow } from './package-row.js';

export const PACKAGE_DOCUMENTS = Symbol('waybill.package-documents');
export const PACKAGE_TAGS = Symbol('waybill.package-tags');

/** What one ecosystem makes of a package whenever something about it has changed: reads build nothing. */
export interface PackageDocuments<Package extends PackageRow = PackageRow, Forms extends string = 'all'> {
  /** Another text whenever a counter that documents show is another. */
  revisionOf(entity: Package): string;
  /**
   * Saves the package, whose row is locked by the transaction, with its documents: all, or those that show what changed.
   * `repository` is undefined where nothing is known of it yet: then there may be no address to write into them.
   */
  write(
    manager: EntityManager,
    entity: Package,
    repository: { readonly slug: string } | undefined,
    forms: Forms | 'all',
  ): Promise<void>;
  /** Saves the row alone. */
  save(manager: EntityManager, entity: Package): Promise<void>;
  /** A package was moved: what it counted goes on where it is now. */
  carry?(entity: Package, before: Package): void;
}

/** Tags of an ecosystem that has some: what a withdrawal or a restoration says of them. */
export interface PackageTags {
  /** `tags`: null for one that points nowhere any more. Resolves to whether clients see anything else now. */
  point(
    manager: EntityManager,
    key: PackageKey,
    tags: ReadonlyMap<string, string | null>,
    aggregateVersion: number,
  ): Promise<boolean>;
}
