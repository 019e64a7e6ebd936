import type { SearchDocument } from '../documents/search-document.js';
import { fullName } from '../documents/search-document.js';
import type { SearchText } from './search-text.rules.js';
import { nameKey, normalName } from './search-text.rules.js';

/** How well a name or text fits, best first; each tier stands before all below it. */
export const tiers = { sameName: 5, sameLetters: 4, nameBegins: 3, nameContains: 2, text: 1, none: 0 } as const;
export type Tier = (typeof tiers)[keyof typeof tiers];

// Two letters are in nearly every name, and no trigram index knows them.
const shortestPartOfName = 3;

const best = tiers.sameName;
/** A new package stands beside one with a hundred downloads; after three months it has half of that. */
export const newestBoost = 2;
export const boostHalvesAfterDays = 90;

/** Whether names are looked at that have the text in their middle. */
export function isPartOfName(text: SearchText): boolean {
  return Array.from(text.key).length >= shortestPartOfName;
}

/** How well a name fits, apart from what the text says. */
export function tierOfName(text: SearchText, named: Pick<SearchDocument, 'namespace' | 'name'>): Tier {
  const full = fullName(named);
  if (normalName(full) === text.literal) return tiers.sameName;
  if (text.key === '') return tiers.none;
  const keys = [nameKey(named.name), nameKey(full)];
  if (keys.includes(text.key)) return tiers.sameLetters;
  if (keys.some((key) => key.startsWith(text.key))) return tiers.nameBegins;
  return isPartOfName(text) && nameKey(full).includes(text.key) ? tiers.nameContains : tiers.none;
}

/** Within a tier: what is new or much used stands higher. The Postgres driver computes the same in SQL. */
export function boost(downloads: number, publishedAt: Date, now: Date): number {
  const days = Math.max(0, now.getTime() - publishedAt.getTime()) / 86_400_000;
  return Math.log10(1 + downloads) + newestBoost / (1 + days / boostHalvesAfterDays);
}

/** For display: 0 to 1. */
export function scoreOf(tier: number, boosted: number): number {
  return Math.min(1, (tier + boosted / (boosted + 8)) / (best + 1));
}
