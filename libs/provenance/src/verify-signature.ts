import { PolicyError, toSignedEntity, VerificationError } from '@sigstore/verify';
import type { SignedEntity } from '@sigstore/verify';
import { DomainError } from '@waybill/domain';
import { assertLogHasCertificate } from './logged-certificate.js';
import { assertProofIsOfCheckpoint } from './logged-proof.js';
import type { ReadBundle } from './read-bundle.js';
import type { RefusalReason } from './refusal.js';
import { refused } from './refusal.js';
import type { TrustedLog, TrustRoot } from './trust-root.js';

export interface SeenSignature {
  /** When somebody who is trusted saw the signature. */
  readonly signedAt: Date;
  readonly logIndex: string | undefined;
}

/**
 * Verifies by the roots, one after another, that a certified key signed the statement when its certificate was valid, and that the log
 * has it. No root may fill a gap of another. Errors: `invalid` `provenance.certificate`, `.log`, `.timestamp`, `.signature`,
 * `.malformed`.
 */
export function verifySignature(read: ReadBundle, roots: readonly TrustRoot[]): SeenSignature {
  let failure: DomainError | undefined;
  for (const root of roots) {
    try {
      const entity = toSignedEntity(read.bundle);
      root.verifier.verify(entity);
      const seen = seenAs(entity);
      for (const entry of entity.tlogEntries) {
        assertProofIsOfCheckpoint(entry);
        assertLogHasCertificate(entry, read.certificate);
        assertLogWasOpen(root.logs, entry.logId.keyId, seen.signedAt);
      }
      return seen;
    } catch (error) {
      failure = nearer(failure, refusalOf(error));
    }
  }
  throw failure ?? refused('certificate', 'No Sigstore is trusted here.');
}

function seenAs({ timestamps, tlogEntries }: SignedEntity): SeenSignature {
  const times = timestamps.flatMap((timestamp) => {
    if (timestamp.$case === 'timestamp-authority') return [timestamp.timestamp.signingTime];
    // Only its promise makes the time that a log tells its own.
    const { inclusionPromise, integratedTime } = timestamp.tlogEntry;
    return inclusionPromise === undefined ? [] : [new Date(Number(integratedTime) * 1000)];
  });
  const [first] = times.toSorted((one, other) => one.getTime() - other.getTime());
  if (first === undefined) throw refused('timestamp', sentences.timestamp);
  const [entry] = tlogEntries;
  // The promise vouches for the index of the whole log, the proof for the one in its own part.
  const logIndex = entry?.inclusionPromise === undefined ? entry?.inclusionProof?.logIndex : entry.logIndex;
  return { signedAt: first, logIndex };
}

/** A log that was closed still has its key, and whoever has got hold of it could make it say anything. */
function assertLogWasOpen(logs: readonly TrustedLog[], keyId: Buffer, at: Date): void {
  const isOpen = ({ start, end }: TrustedLog) =>
    (start === undefined || start <= at) && (end === undefined || at <= end);
  if (logs.some((log) => log.keyId.equals(keyId) && isOpen(log))) return;
  throw refused('log', 'The transparency log of the provenance bundle took no entries when it was signed.');
}

const sentences = {
  certificate: 'Nobody who is trusted here has certified the key that signed the provenance bundle',
  log: 'The provenance bundle is not proven to be in a transparency log that is trusted here',
  timestamp: 'Nobody who is trusted here tells when the provenance bundle was signed',
  signature: 'The signature of the provenance bundle is not that of its certificate over what it says',
  malformed: 'The provenance bundle cannot be read',
} as const satisfies Partial<Record<RefusalReason, string>>;

/** From what is furthest from being right: among several roots, the one of which most was right tells why. */
const steps = ['malformed', 'timestamp', 'certificate', 'log', 'signature'] as const;

function nearer(one: DomainError | undefined, other: DomainError): DomainError {
  const stepOf = ({ code }: DomainError) => steps.findIndex((step) => code === `provenance.${step}`);
  return one !== undefined && stepOf(one) >= stepOf(other) ? one : other;
}

function refusalOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const reason = reasonOf(error);
  const why = reason === 'malformed' ? '' : detailOf(error);
  return refused(reason, `${sentences[reason]}${why === '' ? '' : ` (${why})`}.`, error);
}

const reasons: Record<VerificationError['code'], keyof typeof sentences> = {
  CERTIFICATE_ERROR: 'certificate',
  PUBLIC_KEY_ERROR: 'certificate',
  TIMESTAMP_ERROR: 'timestamp',
  SIGNATURE_ERROR: 'signature',
  NOT_IMPLEMENTED_ERROR: 'malformed',
  TLOG_ERROR: 'log',
  TLOG_BODY_ERROR: 'log',
  TLOG_INCLUSION_PROOF_ERROR: 'log',
  TLOG_INCLUSION_PROMISE_ERROR: 'log',
  TLOG_MISSING_INCLUSION_ERROR: 'log',
};

function reasonOf(error: unknown): keyof typeof sentences {
  if (error instanceof PolicyError) return 'certificate';
  // What is no DER and what is no number comes as errors of all kinds.
  if (!(error instanceof VerificationError)) return 'malformed';
  return reasons[error.code];
}

/** The library's own words, of the last cause; they may repeat what is in the bundle. */
function detailOf(error: unknown): string {
  const innermost = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // What an engine says of a certificate that is none helps nobody.
  if (!(innermost instanceof VerificationError)) return '';
  return /^[\u0020-\u007e]{1,150}$/.test(innermost.message) ? innermost.message : '';
}
