import { z } from 'zod';

/** How a release came, as the API tells it; only what people look at. */
const path = z.object({
  provider: z.string(),
  repository: z.string().optional(),
  repositoryUrl: z.string().optional(),
  workflow: z.string().optional(),
  ref: z.string().optional(),
  commit: z.string().optional(),
  environment: z.string().optional(),
  event: z.string().optional(),
  runUrl: z.string().optional(),
});

export const publisherShown = z.object({ path }).nullish();
export const provenanceShown = z
  .object({ identity: z.string(), issuer: z.string(), commit: z.string().optional() })
  .nullish();

interface Origin {
  readonly trustedPublisher?: z.infer<typeof publisherShown>;
  readonly provenance?: z.infer<typeof provenanceShown>;
}

/** Lines for a person: which workflow of which repository it came from, and what its attestation says. */
export function originLines({ trustedPublisher, provenance }: Origin): string[] {
  const lines: string[] = [];
  if (trustedPublisher) {
    const { provider, repository, workflow, ref, environment, event, commit, runUrl } = trustedPublisher.path;
    const where = [
      repository,
      workflow,
      ref && `on ${ref}`,
      environment && `in ${environment}`,
      event && `by ${event}`,
    ];
    lines.push(`from ${where.filter((part) => part !== undefined && part !== '').join(' ')} through ${provider}`);
    if (commit !== undefined) lines.push(`  commit ${commit}`);
    if (runUrl !== undefined) lines.push(`  ${runUrl}`);
  }
  if (provenance) lines.push(`provenance: ${provenance.identity} (${provenance.issuer})`);
  return lines;
}
