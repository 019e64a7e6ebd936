import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import type { ServiceDefinition } from '@waybill/service-host';
import type { RunningAdapter } from './running-adapter.js';

/** One version of a package, by the words of its ecosystem. */
export interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

/** What the suite has to know of one adapter. */
export interface AdapterUnderTest {
  readonly service: ServiceDefinition;
  /** What its configuration needs besides the bus, the database and the store. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A published release as its own publish makes one, its file in the store. */
  release(adapter: RunningAdapter, repository: RepositoryFacts, named: NamedVersion): Promise<ReleaseFacts>;
  /** The address of what clients read first of a package (a packument, a page): mutable, with an ETag. */
  documentTarget(slug: string, named: NamedVersion): string;
  /** The address of the file of a version: bytes that never change. */
  fileTarget(slug: string, named: NamedVersion): string;
  /** Further addresses that answer 200 to who may read the package. */
  furtherTargets(slug: string, named: NamedVersion): readonly string[];
  /** Names that are the same as `same-name` (security.md I5), that one first; none where there is one spelling only. */
  readonly spellings: readonly string[];
  /** A body without what is another text each time it is made from the same facts, such as signatures. */
  readonly comparable?: (body: Buffer) => string;
}
