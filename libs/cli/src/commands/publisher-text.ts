import { z } from 'zod';
import { linesOf } from '../output/show.js';
import { visible } from '../terminal.js';

const condition = z.object({
  claim: z.string(),
  is: z.string().optional(),
  in: z.array(z.string()).optional(),
  matches: z.string().optional(),
});
const rule = z.object({
  conditions: z.array(condition),
  pinned: z.record(z.string(), z.string()).optional(),
  environment: z.string().optional(),
  refs: z.array(z.string()).optional(),
  requireProtectedRef: z.boolean().optional(),
  events: z.array(z.string()).optional(),
  runner: z.string().optional(),
});
const place = z.object({
  repository: z.string().optional(),
  package: z.string().optional(),
  pattern: z.string().optional(),
  pending: z.boolean().optional(),
  expiresAt: z.string().nullish(),
});
const publisher = z.object({
  id: z.string(),
  provider: z.string(),
  issuer: z.string(),
  rule,
  on: z.array(place),
  actions: z.array(z.string()),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  warnings: z.array(z.object({ message: z.string() })),
});

/** A trusted publisher: what it trusts in the words of its CI, and each warning in a line of its own. */
export function publisherText(answer: unknown): string {
  const { id, provider, issuer, rule: trusted, on, actions, ...shown } = publisher.parse(answer);
  const { createdAt, lastUsedAt, warnings } = shown;
  const said = {
    id,
    provider,
    issuer,
    whose: ruleWords(trusted),
    pinned: trusted.pinned,
    on: on.map(placeWords).join('; '),
  };
  const lines = linesOf({ ...said, actions, createdAt, lastUsedAt: lastUsedAt ?? 'never' });
  return `${[...lines, ...warnings.map(({ message }) => `warning: ${visible(message)}`)].join('\n')}\n`;
}

/** `acme/left-pad, release.yml, environment release`. */
function ruleWords({
  conditions,
  environment,
  refs,
  requireProtectedRef,
  events,
  runner,
}: z.infer<typeof rule>): string {
  const words = [
    ...conditions.map(conditionWords),
    ...(environment === undefined ? [] : [`environment ${environment}`]),
    ...(refs === undefined ? [] : [`refs ${refs.join(' or ')}`]),
    ...(requireProtectedRef === true ? ['protected refs'] : []),
    ...(events === undefined ? [] : [`events ${events.join(' or ')}`]),
    ...(runner === undefined ? [] : [`runner ${runner}`]),
  ];
  return [...new Set(words)].join(', ');
}

/** Claims whose values say themselves what they are. */
const plainClaims: ReadonlySet<string> = new Set([
  ...['repository', 'workflow_repository', 'workflow_path'],
  ...['project_path', 'ci_config_project', 'ci_config_path'],
]);

function conditionWords({ claim, is, in: several = [], matches }: z.infer<typeof condition>): string {
  const values = [is, ...several, matches].flatMap((value) => value ?? []);
  const short = claim.endsWith('workflow_path') ? values.map(fileOf) : values;
  const words = [...new Set(short)].join(' or ');
  return plainClaims.has(claim) ? words : `${claim.replaceAll('_', ' ')} ${words}`;
}

/** `release.yml` of `.github/workflows/release.yml`. */
function fileOf(path: string): string {
  return path.replace(/^\.(?:github|forgejo)\/workflows\//, '');
}

function placeWords({ repository, package: purl, pattern, pending, expiresAt }: z.infer<typeof place>): string {
  const within = repository === undefined ? 'in every repository' : `in ${repository}`;
  if (pattern !== undefined) return `${pattern} ${within}`;
  if (purl === undefined) return `everything ${within}`;
  const until = typeof expiresAt !== 'string' ? '' : `, ends on ${expiresAt} unless it is used`;
  return `${purl} ${within}${pending === true ? ` (not published yet${until})` : ''}`;
}
