/** How well a name or text fits, best first; each tier stands before all below it. */
export const tiers = { sameName: 5, sameLetters: 4, nameBegins: 3, nameContains: 2, text: 1, none: 0 } as const;
export type Tier = (typeof tiers)[keyof typeof tiers];

const best = tiers.sameName;
/** A new package stands beside one with a hundred downloads; after three months it has half of that. */
export const newestBoost = 2;
export const boostHalvesAfterDays = 90;

/** Within a tier: what is new or much used stands higher. The Postgres driver computes the same in SQL. */
export function boost(downloads: number, publishedAt: Date, now: Date): number {
  const days = Math.max(0, now.getTime() - publishedAt.getTime()) / 86_400_000;
  return Math.log10(1 + downloads) + newestBoost / (1 + days / boostHalvesAfterDays);
}

/** For display: 0 to 1. */
export function scoreOf(tier: number, boosted: number): number {
  return Math.min(1, (tier + boosted / (boosted + 8)) / (best + 1));
}
