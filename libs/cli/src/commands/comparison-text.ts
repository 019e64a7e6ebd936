import { z } from 'zod';
import { origin, originWords } from './origin-text.js';

/** What a release was compared with; servers of before do not say it. */
export const comparison = {
  predecessor: z.object({ version: z.string(), publishedBy: z.string(), ...origin }).nullish(),
  changes: z
    .array(z.object({ what: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
    .default([]),
};

/** The one before it and what is different, with an empty line after; none where nothing was compared. */
export function comparisonLines({ predecessor, changes }: z.infer<z.ZodObject<typeof comparison>>): string[] {
  if (!predecessor) return [];
  return [
    `Compared with ${predecessor.version}, which came ${originWords(predecessor.publishedBy, predecessor)}:`,
    ...(changes.length === 0 ? ['  nothing is different'] : []),
    ...changes.map(({ what, before, after }) => `  ${what}: ${before ?? 'none'} → ${after ?? 'none'}`),
    '',
  ];
}
