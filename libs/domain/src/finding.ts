/** What a finding leads to unless the repository's policy says otherwise: `refuse`, `hold` for a person, `flag` only. */
export const findingLevels = ['refuse', 'hold', 'flag'] as const;
export type FindingLevel = (typeof findingLevels)[number];

/** One thing that a check saw in a release. Never contains the secret or the bytes that it is about. */
export interface Finding {
  /** The gate that it belongs to in our security rules, such as `P10` or `P11`. */
  readonly rule: string;
  /** Stable and machine-readable, such as `archive.path-traversal` or `secret.npm-token`. */
  readonly code: string;
  readonly level: FindingLevel;
  /** One sentence for the publisher. */
  readonly message: string;
  /** The file inside the artifact, where there is one. */
  readonly path?: string;
  /** The line in that file, from 1. */
  readonly line?: number;
}

export type Verdict = 'published' | 'held' | 'rejected';

export interface ReleaseDecision {
  readonly verdict: Verdict;
  /** Every finding that led to it; empty when published. */
  readonly reasons: readonly Finding[];
}

/**
 * The policy decision on a scan: anything to refuse rejects, anything to hold holds, and a scan that did not finish is
 * never clean (security.md I9).
 */
export function decideRelease(scan: {
  readonly completed: boolean;
  readonly findings: readonly Finding[];
}): ReleaseDecision {
  const refused = scan.findings.filter((finding) => finding.level === 'refuse');
  const held = scan.findings.filter((finding) => finding.level === 'hold');
  if (refused.length > 0) return { verdict: 'rejected', reasons: [...refused, ...held] };
  if (held.length > 0 || !scan.completed) {
    return { verdict: 'held', reasons: scan.completed ? held : [...held, scanIncomplete] };
  }
  return { verdict: 'published', reasons: [] };
}

const scanIncomplete: Finding = {
  rule: 'I9',
  code: 'scan.incomplete',
  level: 'hold',
  message: 'The release could not be checked completely, so a person has to look at it.',
};
