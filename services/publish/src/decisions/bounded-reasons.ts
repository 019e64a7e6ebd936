import type { Finding } from '@waybill/domain';

/** A release travels with its reasons in one message of at most 1 MB, beside up to 512 KiB of its own facts. */
const maxReasonBytes = 256 * 1024;

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
