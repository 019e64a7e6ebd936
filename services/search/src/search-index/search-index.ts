import type { RepositoryId, Visibility } from '@waybill/domain';
import type { DocumentChange, PackageKey, SearchDocument } from '../documents/search-document.js';

export const SEARCH_INDEX = Symbol('waybill.search-index');

/** A package by its purl, or those whose purl begins so, where they say one of these of their visibility; null: nothing. */
export interface NamedPackages {
  readonly purl: string;
  readonly saying: readonly (Visibility | null)[];
}

/** What somebody may see: all packages that say one of these of their visibility, and those that are named. */
export type VisiblePackages =
  | 'everything'
  | {
      readonly saying: readonly (Visibility | null)[];
      readonly named: readonly NamedPackages[];
      readonly beginning: readonly NamedPackages[];
    };

export interface SearchQuery {
  readonly repositoryId: RepositoryId;
  readonly ecosystem: string;
  /** As a client sent it: any text gives an answer, none is an error (security.md W8). */
  readonly text: string;
  /** All must be among the package's keywords, in any case. */
  readonly keywords: readonly string[];
  readonly namespace?: string | undefined;
  readonly username?: string | undefined;
  /** What the caller may see; nothing else is found or counted (security.md A5). */
  readonly visible: VisiblePackages;
  readonly from: number;
  readonly size: number;
  readonly now: Date;
}

export interface SearchHit extends PackageKey {
  readonly document: SearchDocument;
  /** Of the last 30 days. */
  readonly downloads: number;
  /** 0 to 1. */
  readonly score: number;
}

export interface SearchHits {
  readonly total: number;
  readonly hits: readonly SearchHit[];
}

/**
 * Where documents are searched. Every driver passes `search-index.suite.ts`. What is written is found by the next query of
 * every replica; a driver that catches up later (OpenSearch refreshes) waits for it. Errors: `unavailable`.
 */
export interface SearchIndex {
  /** Takes over a change unless it has a newer one of that package. Idempotent. */
  put(change: DocumentChange): Promise<void>;
  /** Sets counts of packages; those that it does not know are left out. */
  putDownloads(counts: readonly (PackageKey & { readonly downloads: number })[]): Promise<void>;
  /** Removes every document of a repository that is gone for good. */
  forget(repositoryId: RepositoryId): Promise<void>;
  query(query: SearchQuery): Promise<SearchHits>;
}
