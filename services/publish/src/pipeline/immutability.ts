import { DomainError } from '@waybill/domain';
import type { ReleaseEntity } from '../releases/release.entity.js';

/**
 * What a submission means for the release that holds its version (security.md I8): the same bytes join it, whatever its
 * state; other bytes are a conflict, unless it was rejected and so never seen by anybody: then they may take its place.
 */
export function verdictOn(current: ReleaseEntity | null, fingerprint: string): 'new' | 'join' | 'replace' {
  if (current === null) return 'new';
  if (current.fingerprint === fingerprint) return 'join';
  if (current.state === 'rejected') return 'replace';
  throw new DomainError(
    'conflict',
    'release.immutable',
    `Version ${current.version} exists already with other contents, and a version never changes.`,
    { details: { state: current.state } },
  );
}
