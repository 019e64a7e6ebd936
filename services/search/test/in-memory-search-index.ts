import type { RepositoryId } from '@waybill/domain';
import type { DocumentChange, PackageKey, SearchDocument } from '../src/documents/search-document.js';
import { fullName } from '../src/documents/search-document.js';
import { boost, scoreOf, tierOfName, tiers } from '../src/query/ranking.rules.js';
import type { SearchText } from '../src/query/search-text.rules.js';
import { parseSearchText, wordsOf } from '../src/query/search-text.rules.js';
import type { SearchHits, SearchIndex, SearchQuery } from '../src/search-index/search-index.js';

type Kept = DocumentChange & { downloads: number };

/** The port in memory, for tests: what a small index does, without stemming. */
export class InMemorySearchIndex implements SearchIndex {
  readonly #kept = new Map<string, Kept>();

  put(change: DocumentChange): Promise<void> {
    const known = this.#kept.get(placeOf(change));
    if (known !== undefined && known.revision >= change.revision) return Promise.resolve();
    this.#kept.set(placeOf(change), { ...change, downloads: known?.downloads ?? 0 });
    return Promise.resolve();
  }

  putDownloads(counts: readonly (PackageKey & { readonly downloads: number })[]): Promise<void> {
    for (const count of counts) {
      const known = this.#kept.get(placeOf(count));
      if (known !== undefined) known.downloads = count.downloads;
    }
    return Promise.resolve();
  }

  forget(repositoryId: RepositoryId): Promise<void> {
    for (const [place, kept] of this.#kept) if (kept.repositoryId === repositoryId) this.#kept.delete(place);
    return Promise.resolve();
  }

  query(query: SearchQuery): Promise<SearchHits> {
    const text = parseSearchText(query.text);
    const found = [...this.#kept.values()]
      .flatMap(({ document, ...rest }) => (document === undefined ? [] : [{ document, ...rest }]))
      .filter((kept) => isIn(query, kept))
      .map((kept) => ({
        ...kept,
        tier: text === undefined ? tiers.none : tierOf(text, kept.document),
        boost: boost(kept.downloads, kept.document.publishedAt, query.now),
      }))
      .filter(({ tier }) => text === undefined || tier > tiers.none)
      .toSorted(
        (a, b) =>
          (text === undefined
            ? b.document.publishedAt.getTime() - a.document.publishedAt.getTime()
            : b.tier - a.tier || b.boost - a.boost) || (a.packagePurl < b.packagePurl ? -1 : 1),
      );
    const hits = found.slice(query.from, query.from + query.size).map((hit) => ({
      repositoryId: hit.repositoryId,
      packagePurl: hit.packagePurl,
      document: hit.document,
      downloads: hit.downloads,
      score: scoreOf(hit.tier, hit.boost),
    }));
    return Promise.resolve({ total: found.length, hits });
  }
}

function isIn(query: SearchQuery, kept: PackageKey & { readonly document: SearchDocument }): boolean {
  const { document } = kept;
  const keywords = lower(document.summary.keywords ?? []);
  return (
    kept.repositoryId === query.repositoryId &&
    document.ecosystem === query.ecosystem &&
    isVisible(query.visible, kept) &&
    lower(query.keywords).every((keyword) => keywords.includes(keyword)) &&
    (query.namespace === undefined || document.namespace === query.namespace) &&
    (query.username === undefined || lower(document.usernames).includes(query.username.toLowerCase()))
  );
}

function isVisible(
  visible: SearchQuery['visible'],
  { packagePurl, document: { visibility } }: PackageKey & { readonly document: SearchDocument },
): boolean {
  if (visible === 'everything') return true;
  const { saying, named, beginning } = visible;
  return (
    saying.includes(visibility) ||
    named.some((one) => one.purl === packagePurl && one.saying.includes(visibility)) ||
    beginning.some((one) => packagePurl.startsWith(one.purl) && one.saying.includes(visibility))
  );
}

function tierOf(text: SearchText, document: SearchDocument): number {
  const byName = tierOfName(text, document);
  if (byName > tiers.none || text.words.length === 0) return byName;
  const { description = '', keywords = [] } = document.summary;
  const words = new Set(wordsOf([fullName(document), ...keywords, description].join(' ')));
  return text.words.every((word) => words.has(word)) ? tiers.text : tiers.none;
}

function lower(words: readonly string[]): string[] {
  return words.map((word) => word.toLowerCase());
}

function placeOf(key: PackageKey): string {
  return `${key.repositoryId}/${key.packagePurl}`;
}
