import { z } from 'zod';

const path = z.object({
  provider: z.string(),
  issuer: z.string(),
  repository: z.string().optional(),
  workflow: z.string().optional(),
  ref: z.string().optional(),
});

/** How a release came; servers of before do not say it. */
export const origin = {
  trustedPublisher: z.object({ path }).nullish(),
  provenance: z.object({ identity: z.string() }).nullish(),
};
export type Origin = z.infer<z.ZodObject<typeof origin>>;

/** How a release came, as words after "came". */
export function originWords(publishedBy: string, { trustedPublisher, provenance }: Origin): string {
  const proven = !provenance ? ', without provenance' : `, with provenance of ${provenance.identity}`;
  if (!trustedPublisher) return `with a credential of ${publishedBy}${proven}`;
  const { provider, issuer, repository, workflow, ref } = trustedPublisher.path;
  const place = [repository ?? issuer, workflow, ref].filter((part) => part !== undefined).join(' ');
  return `from ${place} through ${provider}${proven}`;
}
