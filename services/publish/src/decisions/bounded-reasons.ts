import type { Finding } from '@waybill/domain';

/** A release travels with its reasons in one event of at most 512 KiB, beside up to 320 KiB of its own facts. */
const maxReasonBytes = 160 * 1024;

/** As many as fit, in their order, and one that tells how many were left out. */
export function boundedReasons(reasons: readonly Finding[]): Finding[] {
  let bytes = 0;
  const tooMany = reasons.findIndex((reason) => {
    bytes += Buffer.byteLength(JSON.stringify(reason));
    return bytes > maxReasonBytes;
  });
  const first = reasons[0];
  if (tooMany < 0 || first === undefined) return [...reasons];
  const kept = reasons.slice(0, tooMany);
  const left = reasons.length - kept.length;
  const more: Finding = {
    rule: first.rule,
    code: 'findings.more',
    level: first.level,
    message: `${left} more findings are not listed here.`,
  };
  return [...kept, more];
}

/** The same findings in text that PostgreSQL keeps: names of files are hostile, and a finding must not undo a decision. */
export function storableFindings(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({
    ...finding,
    rule: storable(finding.rule),
    code: storable(finding.code),
    message: storable(finding.message),
    ...(finding.path === undefined ? {} : { path: storable(finding.path) }),
  }));
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
