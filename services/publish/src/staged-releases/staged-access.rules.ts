import type { Action, Principal, ReleaseId, RepositoryId, Resource } from '@waybill/domain';
import { can, mayEver } from '@waybill/domain';
import { tokenLacks } from '../held-releases/token-review.rules.js';
import { mayOnPackageSql, type Parameters } from '../package-access/readable.sql.js';
import { packageResourceOf } from '../packages/package-resource.js';
import { isOwn, isOwnSql } from '../releases/own-release.rules.js';
import type { WholeRelease } from '../releases/release.repository.js';
import { stagedReleaseNotFound, wasStaged } from './staged-release.rules.js';

/** Who staged a release knows of it as long as they may still do one of these. */
const submitting = ['stage', 'publish'] as const satisfies readonly Action[];

/** The package of a staged release; undefined for who may not know of it: who may neither approve it nor has staged it (A3, A6). */
export function resourceOfStaged(caller: Principal, whole: WholeRelease): Resource | undefined {
  if (whole.repository.deletedAt !== null || !wasStaged(whole.release)) return undefined;
  const resource = packageResourceOf(whole.repository, whole.package);
  const may = (action: Action) => can(caller, action, resource).allowed;
  if (!may('read')) return undefined;
  const mayKnow = may('approve') || (isOwn(caller, whole.release) && submitting.some(may));
  return mayKnow ? resource : undefined;
}

/** Where somebody looks for a staged release. */
export interface StagedPointer {
  readonly caller: Principal;
  /** Where the caller knows it from: the release is there, or not at all. */
  readonly repositoryId?: RepositoryId;
}

/** A decision that somebody wants to make. */
export interface StagedWish extends StagedPointer {
  readonly releaseId: ReleaseId;
  readonly reason: string;
  readonly requestId: string;
}

/** Errors: `not-found` `staged-release.not-found`, also for one of another repository, and for who may not know of it (A3, A6). */
export function knownTo<Whole extends WholeRelease>(
  whole: Whole | null,
  { caller, repositoryId }: StagedPointer,
): Whole {
  if (whole === null || resourceOfStaged(caller, whole) === undefined) throw stagedReleaseNotFound();
  if (repositoryId !== undefined && whole.repository.repositoryId !== repositoryId) throw stagedReleaseNotFound();
  return whole;
}

/** The same of release `waiting` of package `p` in repository `r`, so that no list or count holds more (A5, A7). */
export function mayKnowStagedSql(caller: Principal, parameters: Parameters): string {
  if (caller.kind === 'anonymous') return 'false';
  const may = (action: Action) => mayOnPackageSql(caller, action, parameters);
  const own = isOwnSql(caller, parameters);
  return `(${may('read')} AND (${may('approve')} OR (${own} AND (${submitting.map(may).join(' OR ')}))))`;
}

/** An empty list would tell the holder of a token without any of these that nothing waits. Errors: `forbidden` `auth.forbidden`. */
export function assertTokenMayKnowStaged(caller: Principal): void {
  if (['approve' as const, ...submitting].some((action) => mayEver(caller, action))) return;
  throw tokenLacks(caller, 'approve');
}
