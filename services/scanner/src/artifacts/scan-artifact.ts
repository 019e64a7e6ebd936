import type { Readable } from 'node:stream';
import type { ArchiveBudget, ArchiveFormat, BudgetMeter, RandomAccessSource } from '@waybill/archives';
import { readArchive } from '@waybill/archives';
import type { Finding } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { allChecks } from '../checks/all-checks.js';
import type { Check, CheckResult, ReleaseFact } from '../checks/check.js';
import { readScannedFile } from './scanned-file.js';
import { storable } from './storable.js';
import { worstFirst } from './worst-first.js';

export interface ArtifactScan {
  /** False when a check failed or time ran out; such a scan is never clean (security.md I9). */
  readonly completed: boolean;
  /** For the log: why it is incomplete. */
  readonly failure?: string;
  /** The object store did not work: another time it may. */
  readonly retryable?: boolean;
  readonly findings: readonly Finding[];
  readonly facts: readonly ReleaseFact[];
  readonly leakedTokenHashes: readonly string[];
}

const maxFindings = 2000;

/** The container format of a file, by its name; undefined for what is no archive. */
export function formatOf(filename: string): ArchiveFormat | undefined {
  if (/\.(tgz|tar\.gz|crate)$/i.test(filename)) return 'tar.gz';
  if (/\.(tar|gem)$/i.test(filename)) return 'tar';
  if (/\.tar\.zst$/i.test(filename)) return 'tar.zst';
  if (/\.(zip|whl|jar|nupkg|conda|egg)$/i.test(filename)) return 'zip';
  return undefined;
}

/**
 * Runs every check over one artifact in one pass, within one budget. What breaks a rule of archive safety (P10) is a
 * finding that refuses, an exhausted budget included: an honest package does not come near it.
 */
export async function scanArtifact(
  filename: string,
  source: RandomAccessSource,
  budget: ArchiveBudget | BudgetMeter,
): Promise<ArtifactScan> {
  const checks = allChecks();
  const format = formatOf(filename);
  const archive: Finding[] = [];
  try {
    if (format === undefined) await visitWhole(filename, source, checks);
    else await visitEntries(format, source, budget, checks, archive);
    return collect(checks, archive);
  } catch (thrown) {
    const refusal = asRefusal(thrown);
    if (refusal !== undefined) return collect(checks, [...archive, refusal]);
    return {
      ...collect(checks, archive),
      completed: false,
      failure: storable(describe(thrown)),
      retryable: isOutage(thrown),
    };
  }
}

async function visitEntries(
  format: ArchiveFormat,
  source: RandomAccessSource,
  budget: ArchiveBudget | BudgetMeter,
  checks: readonly Check[],
  findings: Finding[],
): Promise<void> {
  const options = {
    mode: 'collect',
    budget,
    onFinding: (finding: Finding) => findings.push(finding),
    onEntry: async (entry: { path: string; type: string; size: number; executable: boolean }, content: Readable) => {
      if (entry.type !== 'file') return;
      const file = await readScannedFile(entry, content);
      for (const check of checks) await check.visit(file);
    },
  } as const;
  await readArchive(source, format, options);
}

async function visitWhole(filename: string, source: RandomAccessSource, checks: readonly Check[]): Promise<void> {
  const entry = { path: filename, size: source.size, executable: false };
  const file = await readScannedFile(entry, source.openRange(0, source.size));
  for (const check of checks) await check.visit(file);
}

function collect(checks: readonly Check[], archive: readonly Finding[]): ArtifactScan {
  const results: CheckResult[] = checks.map((check) => check.finish());
  return {
    completed: true,
    findings: storable(worstFirst([...archive, ...results.flatMap((result) => result.findings)]).slice(0, maxFindings)),
    facts: storable(results.flatMap((result) => result.facts)),
    leakedTokenHashes: results.flatMap((result) => result.leakedTokenHashes ?? []),
  };
}

/** A broken archive or a spent budget is the artifact's fault; anything else is ours. */
function asRefusal(thrown: unknown): Finding | undefined {
  if (!(thrown instanceof DomainError) || !thrown.code.startsWith('archive.')) return undefined;
  if (thrown.kind !== 'invalid' && thrown.kind !== 'limit') return undefined;
  if (thrown.code === 'archive.deadline-exceeded') return undefined;
  return { rule: 'P10', code: thrown.code, level: 'refuse', message: thrown.message };
}

function isOutage(thrown: unknown): boolean {
  return thrown instanceof DomainError && thrown.kind === 'unavailable';
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}`.slice(0, 500) : 'unknown';
}
