import type { PackagePurl } from '@waybill/domain';
import type { PackageRow } from './packages/package-row.js';

export const READ_MODEL = Symbol('waybill.read-model');

/** What differs between the read models of two ecosystems, besides their documents. */
export interface ReadModelOptions {
  /** The service that has it: `adapter-npm`. */
  readonly service: string;
  /** The type of its purls. */
  readonly ecosystem: string;
  /** The package's name as its ecosystem writes it; undefined for a purl of another ecosystem. */
  readonly nameIn: (purl: PackagePurl) => string | undefined;
  /** The entity of the table `packages`. */
  readonly packageEntity: new () => PackageRow;
  /** Further tables with rows of packages (`repository_id`, `purl`): emptied when their repository is purged. */
  readonly tables: readonly string[];
  /**
   * What a move does with rows of those tables: statements with `$1` for the repository where the package was, `$2` for its
   * purl and `$3` for where it is now, and tables whose rows at the old place are deleted afterwards.
   */
  readonly moves: { readonly statements: readonly string[]; readonly leftBehind: readonly string[] };
}
