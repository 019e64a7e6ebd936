import { z } from 'zod';
import { linesOf } from '../output/show.js';

const issuer = z.looseObject({
  url: z.string(),
  from: z.string(),
  enabled: z.boolean().optional(),
  keysReadAt: z.string().nullish(),
});

/** An issuer that was registered, and whether its keys could be read: without them, no token of it is taken. */
export function issuerText(answer: unknown): string {
  const shown = issuer.parse(answer);
  return `${[...linesOf(shown), ...keysWords(shown)].join('\n')}\n`;
}

function keysWords({ url, from, enabled = true, keysReadAt }: z.infer<typeof issuer>): string[] {
  // Servers of before do not say it.
  if (keysReadAt !== null || !enabled) return [];
  if (from !== 'organization') return ['Its keys are read when the first token of it comes.'];
  return [`Its keys could not be read yet: no token of it is taken until ${JSON.stringify(url)} can be reached.`];
}
