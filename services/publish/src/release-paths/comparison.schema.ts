import { publisherIdentity, verifiedProvenance } from '@waybill/contracts';
import { z } from 'zod';
import type { HeldComparison } from './held-comparisons.js';

/** How a release came (security.md P1, P2, P14). */
export const origin = {
  /** The trusted publisher that it came from; null for any other credential. */
  trustedPublisher: publisherIdentity.nullable(),
  provenance: verifiedProvenance.nullable(),
};

/** What a person is shown of the way that a release came who decides on it. */
export const comparison = {
  /** The release that its way was compared with when it was submitted; null where there was none. */
  predecessor: z
    .object({ releaseId: z.uuid(), version: z.string(), publishedBy: z.string().describe('A username.'), ...origin })
    .nullable(),
  /** What is different about how it came. */
  changes: z.array(z.object({ what: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
};

export function comparisonView({ predecessor, changes }: HeldComparison): z.infer<z.ZodObject<typeof comparison>> {
  if (predecessor === null) return { predecessor, changes: [] };
  const { releaseId, version, username, trustedPublisher, provenance } = predecessor;
  return {
    predecessor: { releaseId, version, publishedBy: username, trustedPublisher, provenance },
    changes: [...changes],
  };
}
