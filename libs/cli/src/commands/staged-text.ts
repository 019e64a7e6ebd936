import { z } from 'zod';
import { visible } from '../terminal.js';
import { comparison, comparisonLines } from './comparison-text.js';
import { origin, originWords } from './origin-text.js';

const staged = z.object({
  releaseId: z.string(),
  purl: z.string(),
  state: z.string(),
  repository: z.string(),
  stagedBy: z.string(),
  stagedAt: z.string(),
  approvedAt: z.string().nullish(),
  expiresAt: z.string().nullable(),
  approvals: z.object({
    given: z.number(),
    needed: z.number(),
    by: z.array(z.object({ username: z.string(), at: z.string() })),
  }),
  ...origin,
  ...comparison,
  artifacts: z.array(
    z.object({ filename: z.string(), sizeBytes: z.number(), digests: z.object({ sha256: z.string() }) }),
  ),
  findings: z.array(z.object({ rule: z.string(), code: z.string(), level: z.string(), message: z.string() })),
});

/** A release that waits for approval, as who approves it reads it. */
export function stagedText(answer: unknown): string {
  const release = staged.parse(answer);
  const { approvals, artifacts, findings, expiresAt, approvedAt } = release;
  const lines = [
    `${release.purl} (${release.state}) in repository ${release.repository}`,
    `staged by ${release.stagedBy}, ${release.stagedAt}, id ${release.releaseId}`,
    ...(approvedAt ? [`approved on ${approvedAt}`] : []),
    ...(expiresAt === null ? [] : [`rejected by itself on ${expiresAt}`]),
    `came ${originWords(release.stagedBy, release)}`,
    '',
    ...comparisonLines(release),
    `Approvals (${approvals.given} of ${approvals.needed}):`,
    ...approvals.by.map(({ username, at }) => `  ${username}, ${at}`),
    ...(findings.length === 0 ? [] : ['', `Findings (${findings.length}):`]),
    ...findings.map(({ level, rule, code, message }) => `  ${level} ${rule} ${code}: ${message}`),
    '',
    `Files (${artifacts.length}):`,
    ...artifacts.flatMap(({ filename, sizeBytes, digests }) => [
      `  ${filename}, ${sizeBytes} bytes`,
      `    sha256:${digests.sha256.replace(/^sha256:/, '')}`,
    ]),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}
