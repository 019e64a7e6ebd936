import type { StatementPart } from '@waybill/persistence';
import type { PublisherUse } from './publisher-wish.js';

/** A use is written down again after this time. */
const lastUsedStepMs = 60_000;

/** See `TrustedPublishers.useParts`. What has nothing to write has no part. */
export function usePartsOf(uses: readonly PublisherUse[], at: Date, source: string): Record<string, StatementPart> {
  const noted = uses.filter(({ candidate: { publisher }, pins }) => {
    const { lastUsedAt } = publisher;
    const isLong = lastUsedAt === null || at.getTime() - lastUsedAt.getTime() >= lastUsedStepMs;
    return isLong || Object.keys(pins).length > 0;
  });
  const pending = uses.flatMap(({ candidate }) => candidate.targets.filter((target) => target.pending));
  return {
    ...(noted.length === 0 ? {} : { used: usedPart(noted, at, source) }),
    ...(pending.length === 0 ? {} : { kept: keptPart([...new Set(pending.map(({ targetId }) => targetId))], source) }),
  };
}

// Pinned ids count as a new version: who changes the rule has seen them.
function usedPart(noted: readonly PublisherUse[], at: Date, source: string): StatementPart {
  return {
    text: `
      UPDATE trusted_publishers p SET first_used_at = coalesce(p.first_used_at, $1::timestamptz), last_used_at = $1::timestamptz,
        rule = jsonb_set(p.rule, '{pinned}', (p.rule -> 'pinned') || noted.pins),
        version = p.version + (noted.pins <> '{}')::int
      FROM ${source}, unnest($2::uuid[], $3::jsonb[]) AS noted (publisher_id, pins)
      WHERE p.publisher_id = noted.publisher_id`,
    values: [
      at,
      noted.map(({ candidate }) => candidate.publisher.publisherId),
      noted.map(({ pins }) => JSON.stringify(pins)),
    ],
  };
}

function keptPart(targetIds: readonly string[], source: string): StatementPart {
  return {
    text: `
      UPDATE trusted_publisher_targets t SET expires_at = NULL
      FROM ${source} WHERE t.target_id = ANY($1::uuid[]) AND t.pending`,
    values: [targetIds],
  };
}
