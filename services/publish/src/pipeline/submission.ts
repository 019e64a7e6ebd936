import type { RequestOf, submitRelease } from '@waybill/contracts';
import type {
  Finding,
  OrganizationId,
  PackagePurl,
  PublisherIdentity,
  ReleaseId,
  VerifiedProvenance,
} from '@waybill/domain';
import { publisherIn } from '@waybill/domain';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import type { PackageEntity } from '../packages/package.entity.js';
import type { WholeRelease } from '../releases/release.repository.js';

/** What the steps of the pipeline know and find out, one after another. */
export interface Submission {
  readonly request: RequestOf<typeof submitRelease>;
  /** From `parse-coordinates`. */
  packagePurl?: PackagePurl;
  version?: string;
  /** From `find-repository`. */
  repository?: RepositoryEntity;
  /** From `find-repository`, without a lock: old when it arrives. */
  seen?: SeenPlace;
  /** From `verify-provenance`: what the attestation among the files says; missing where there is none. */
  provenance?: VerifiedProvenance;
  /** From `compare-release-path` (P14): null where it cannot be told. */
  sourceVerified?: boolean | null;
  /** From there, too: the release that its way was compared with; null where there is none. */
  comparedWith?: ReleaseId | null;
  /** What the steps found that does not refuse it at once: decided on together with what the scan finds. */
  findings?: readonly Finding[];
  /** From `promote-artifacts`: its bytes are there, and every step before has let it pass. Nothing is recorded without. */
  promoted?: boolean;
  /** From `check-immutability`, or `record-release`: the release that the submission joined or became. */
  release?: WholeRelease;
  joined?: boolean;
}

/** What is where a release is to go. */
export interface SeenPlace {
  /** Of the row of the repository: another one after every change of it. */
  readonly repositoryVersion: string;
  /** Undefined where nobody has published under this name yet. */
  readonly owner?: { readonly package: PackageEntity; readonly rowVersion: string };
  /** The release that has the version already. */
  readonly current?: ReleaseId;
  /** Of a name that is new: the organization that holds it by a verified claim. */
  readonly reservedFor?: OrganizationId;
}

/** One named step. It throws a `DomainError` to refuse; `done` ends the pipeline early. */
export interface PipelineStep {
  readonly name: string;
  run(submission: Submission): Promise<'next' | 'done'>;
}

/** A fact that an earlier step has found out. */
export function found<Key extends keyof Submission>(submission: Submission, key: Key): NonNullable<Submission[Key]> {
  const value = submission[key];
  if (value === undefined) throw new Error(`The steps are in the wrong order: ${key} is not known yet.`);
  return value;
}

/** The trusted publisher that gives the right to publish this package; undefined for who acts for none there. */
export function publisherOf(submission: Submission): PublisherIdentity | undefined {
  const { repositoryId } = found(submission, 'repository');
  return publisherIn(submission.request.principal, repositoryId, found(submission, 'packagePurl'));
}
