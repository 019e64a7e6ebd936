import type { PublisherIdentity, ReleaseId, VerifiedProvenance } from '@waybill/domain';

/** How a release came, as far as it is compared. */
export interface ReleaseOrigin {
  readonly version: string;
  /** What it was published with, unless a trusted publisher did: a token, or somebody at a browser. */
  readonly credential: 'token' | 'user' | 'anonymous';
  readonly username: string;
  readonly trustedPublisher: PublisherIdentity | null;
  readonly provenance: VerifiedProvenance | null;
  /** People who said yes to it; of one that arrives and is to be staged, that they will be asked. */
  readonly approvals: number | 'to-come';
}

/** One that was there before. */
export interface StoredOrigin extends ReleaseOrigin {
  readonly releaseId: ReleaseId;
}

/** What a release is compared with. Each is the newest of its kind, also where it is withdrawn if nothing else is left. */
export interface Predecessors {
  readonly newest: StoredOrigin | null;
  /**
   * Of those that were withdrawn and had been published after `newest`, the one that came in the strongest way: who takes it away does not
   * lower the bar.
   */
  readonly takenAway: StoredOrigin | null;
  /** Of those that people approved before they were published. */
  readonly approved: StoredOrigin | null;
  /** Of those from trusted publishers. */
  readonly trusted: StoredOrigin | null;
  /** Of those with provenance; where the release comes from a trusted publisher, of its own, once any of them has published. */
  readonly proven: StoredOrigin | null;
  /** Of those from the same trusted publisher; null where the release comes from none. */
  readonly samePublisher: StoredOrigin | null;
  /** Of those from the same trusted publisher and the same branch that clients see; null where the release comes from no branch. */
  readonly sameBranch: StoredOrigin | null;
  /**
   * Of those that came from trusted publishers, or were approved by people, and are not published yet, the one that came in the
   * strongest way. What was rejected is none: nobody took it for right.
   */
  readonly waiting: StoredOrigin | null;
}

/** How it came counts for this much (P1): approved by people, from a trusted publisher, with provenance, with a credential alone. */
export function rankOf({ approvals, trustedPublisher, provenance }: ReleaseOrigin): number {
  if (approvals !== 0) return 3;
  if (trustedPublisher !== null) return 2;
  return provenance === null ? 0 : 1;
}

/** Whether all that it tells of its source is who signed: of certificates for people and service accounts. */
export function namesNoSource({ repositoryUrl, repositoryId, workflow }: VerifiedProvenance): boolean {
  return repositoryUrl === undefined && repositoryId === undefined && workflow === undefined;
}

/** `actor`: as `actorOf` names it. */
export function credentialOf(actor: string): ReleaseOrigin['credential'] {
  if (actor.startsWith('token:')) return 'token';
  return actor.startsWith('user:') ? 'user' : 'anonymous';
}
