import { DomainError } from '@waybill/domain';

/** Why provenance is refused, each a stable code `provenance.<reason>`. */
export type RefusalReason =
  /** It cannot be read, or not by everybody alike. */
  | 'malformed'
  /** It is of a kind that says nothing about a package of this ecosystem. */
  | 'type'
  /** It is about another package, version or file. */
  | 'other-release'
  /** It is about other bytes. */
  | 'other-bytes'
  /** Nobody who is trusted certified the key, or not at the time when it signed. */
  | 'certificate'
  /** The transparency log does not have it. */
  | 'log'
  /** When it was signed cannot be told. */
  | 'timestamp'
  /** The signature is not that of the certified key over what is there. */
  | 'signature'
  /** What it says contradicts who signed it. */
  | 'contradiction';

/** An `invalid` error with the reason; nothing of what was refused is repeated but names. */
export function refused(reason: RefusalReason, message: string, cause?: unknown): DomainError {
  return new DomainError('invalid', `provenance.${reason}`, message, cause === undefined ? {} : { cause });
}
