import type { PublisherId, UserId } from './ids.js';

/**
 * How a release came: what is stored with it, compared with its predecessor's (P1, P2) and shown to people. Everything in it
 * was said by the issuer, in strings of at most 1,000 characters (addresses a little more). What the provider does not tell
 * is missing.
 */
export interface ReleasePath {
  /** The kind of its issuer, in the words of libs/trusted-publishing: `github-actions`. */
  readonly provider: string;
  readonly issuer: string;
  /** `acme/left-pad`, as the provider writes it. */
  readonly repository?: string;
  readonly repositoryId?: string;
  /** Where people read the repository, for the comparison with the package's own claim (P14). */
  readonly repositoryUrl?: string;
  readonly owner?: string;
  readonly ownerId?: string;
  /** The file that was started: `.github/workflows/release.yml`; without files, the pipeline's id. */
  readonly workflow?: string;
  /** The file that the job stands in, with its repository, where that is another one than `workflow`. */
  readonly jobWorkflow?: string;
  /** In full: `refs/tags/v1.4.2`. */
  readonly ref?: string;
  readonly refType?: 'branch' | 'tag';
  readonly refProtected?: boolean;
  readonly commit?: string;
  readonly environment?: string;
  readonly event?: string;
  /** Whose machine it ran on: the provider's or the customer's. */
  readonly runner?: 'hosted' | 'self-hosted';
  readonly runId?: string;
  readonly runUrl?: string;
  readonly actor?: string;
}

/** A trusted publisher for whom a token was minted, and how that came (architecture.md §7). */
export interface PublisherIdentity {
  readonly publisherId: PublisherId;
  readonly path: ReleasePath;
}

/** What a Sigstore bundle says of a release, whose certificate, entry in the log and signature were verified. */
export interface VerifiedProvenance {
  /** `https://slsa.dev/provenance/v1`. */
  readonly predicateType: string;
  /** The issuer that the certificate names: whose token was shown to the certificate authority. */
  readonly issuer: string;
  /** The certificate's subject: the address of the workflow with its ref. */
  readonly identity: string;
  readonly repositoryUrl?: string;
  readonly repositoryId?: string;
  readonly ownerId?: string;
  readonly workflow?: string;
  readonly ref?: string;
  readonly commit?: string;
  readonly runUrl?: string;
  /** Of its entry in the transparency log. */
  readonly logIndex?: string;
  /** ISO 8601: when the log, or a timestamp authority, saw it. */
  readonly signedAt: string;
}

/** Somebody who said yes to a release that had to be approved. */
export interface Approval {
  readonly username: string;
  readonly userId: UserId;
  /** ISO 8601. */
  readonly at: string;
}
