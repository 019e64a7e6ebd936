import { DomainError } from '@waybill/domain';
import type { ReleaseEntity } from '../releases/release.entity.js';

/**
 * What a submission means for the release that holds its version (security.md I8): the same bytes join it, whatever its
 * state; other bytes are a conflict, or forbidden where it was withdrawn. Where it was rejected, and so never seen by
 * anybody, they may take its place. One that was rejected only because others of its batch were, or because nobody had time to
 * approve it, is checked anew.
 */
export function verdictOn(current: ReleaseEntity | null, fingerprint: string): 'new' | 'join' | 'replace' {
  if (current === null) return 'new';
  if (current.fingerprint === fingerprint && !wasRejectedForOthers(current) && !hasExpired(current)) return 'join';
  if (current.state === 'rejected') return 'replace';
  if (current.state === 'withdrawn') throw withdrawn(current.version);
  throw new DomainError(
    'conflict',
    'release.immutable',
    `Version ${current.version} exists already with other contents, and a version never changes.`,
    { details: { state: current.state } },
  );
}

/** Not a conflict: old clients take one for a race that they can settle by reading the package and sending it again. */
function withdrawn(version: string): DomainError {
  return new DomainError(
    'forbidden',
    'release.withdrawn',
    `Version ${version} was withdrawn, and a withdrawn version cannot be used again for other contents.`,
  );
}

function wasRejectedForOthers({ state, batchId, ownDecision }: ReleaseEntity): boolean {
  return state === 'rejected' && batchId !== null && ownDecision?.verdict !== 'rejected';
}

function hasExpired({ staging }: ReleaseEntity): boolean {
  return staging === 'expired';
}
