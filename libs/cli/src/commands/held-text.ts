import { z } from 'zod';
import { visible } from '../terminal.js';
import { comparison, comparisonLines } from './comparison-text.js';
import { origin, originWords } from './origin-text.js';

const held = z.object({
  ...origin,
  sourceVerified: z.boolean().nullish(),
  ...comparison,
  releaseId: z.string(),
  purl: z.string(),
  state: z.string(),
  repository: z.string(),
  publishedBy: z.string(),
  submittedAt: z.string(),
  tags: z.array(z.string()),
  reasons: z.array(
    z.object({
      rule: z.string(),
      code: z.string(),
      level: z.string(),
      message: z.string(),
      path: z.string().optional(),
      line: z.number().optional(),
    }),
  ),
  artifacts: z.array(
    z.object({ filename: z.string(), sizeBytes: z.number(), digests: z.object({ sha256: z.string() }) }),
  ),
});

/** A release that waits for a person, as that person reads it: what it is, how it came, why it waits, and which bytes it has. */
export function heldText(answer: unknown): string {
  const release = held.parse(answer);
  const { releaseId, purl, state, repository, publishedBy, submittedAt, tags, reasons, artifacts } = release;
  const tagged = tags.length === 0 ? '' : `, as ${tags.join(', ')}`;
  const lines = [
    `${purl} (${state}) in repository ${repository}${tagged}`,
    `by ${publishedBy}, ${submittedAt}, id ${releaseId}`,
    `came ${originWords(publishedBy, release)}${sourceWords(release.sourceVerified)}`,
    '',
    ...comparisonLines(release),
    `Reasons (${String(reasons.length)}):`,
    ...reasons.flatMap(({ rule, code, level, message, path, line }) => [
      `  ${level} ${rule} ${code}: ${message}`,
      ...(path === undefined ? [] : [`    in ${path}${line === undefined ? '' : `, line ${String(line)}`}`]),
    ]),
    '',
    `Files (${String(artifacts.length)}):`,
    ...artifacts.flatMap(({ filename, sizeBytes, digests }) => [
      `  ${filename}, ${String(sizeBytes)} bytes`,
      `    sha256:${digests.sha256.replace(/^sha256:/, '')}`,
    ]),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

function sourceWords(verified: boolean | null | undefined): string {
  if (verified === null || verified === undefined) return '';
  return verified ? ', which is the source that it claims' : ', which is not the source that it claims';
}
