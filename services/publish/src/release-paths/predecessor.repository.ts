import { Injectable } from '@nestjs/common';
import type {
  PackageId,
  PublisherId,
  PublisherIdentity,
  ReleaseId,
  RepositoryId,
  VerifiedProvenance,
} from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { storedPolicySql } from '../release-policies/release-policy.repository.js';
import type { ReleasePolicy } from '../release-policies/release-policy.rules.js';
import { wholePolicy } from '../release-policies/release-policy.rules.js';
import type { Predecessors, StoredOrigin } from './release-origin.js';
import { credentialOf } from './release-origin.js';

interface OriginRow {
  readonly release_id: ReleaseId;
  readonly version: string;
  readonly published_by: string;
  readonly published_by_username: string;
  readonly trusted_publisher: PublisherIdentity | null;
  readonly provenance: VerifiedProvenance | null;
  readonly approvals: readonly unknown[];
}

interface Row {
  readonly policy: Partial<ReleasePolicy> | null;
  readonly newest: OriginRow | null;
  readonly taken_away: OriginRow | null;
  readonly approved: OriginRow | null;
  readonly trusted: OriginRow | null;
  readonly proven: OriginRow | null;
  readonly proven_by_any: OriginRow | null;
  readonly same: OriginRow | null;
  readonly same_branch: OriginRow | null;
  readonly waiting: OriginRow | null;
}

/** What is asked of a release, and what it is compared with. */
export interface Ground {
  readonly policy: ReleasePolicy;
  readonly predecessors: Predecessors;
}

const columns =
  'v.release_id, v.version, v.published_by, v.published_by_username, v.trusted_publisher, v.provenance, v.approvals';

/** A publisher that none of so many releases came from is compared as a new one is. */
const maxTurns = 200;

/**
 * The newest of a package's releases that clients can see; where there is none, of those that were withdrawn: who takes away what
 * came in the right way does not make the package a new one. The newest is the one that was published last, not the one with the
 * highest version: people accepted that one last, and every ecosystem orders versions in its own way (ADR 0055).
 */
function newestOf(condition: string): string {
  const of = (states: string) => `(SELECT row_to_json(one) FROM (${newestFirst(condition, states)} LIMIT 1) AS one)`;
  return `coalesce(${of(visible)}, ${of(withdrawn)})`;
}

/** Of the last ones, those that were withdrawn and are newer than all that clients see: the one that came in the strongest way. */
function strongestTakenAway(): string {
  return `(WITH recent AS (${newestFirst('true', `${visible}, ${withdrawn}`)} LIMIT ${String(maxTurns)})
    SELECT row_to_json(one) FROM recent AS one
     WHERE one.state = ${withdrawn}
       AND one.settled_at > coalesce((SELECT max(settled_at) FROM recent WHERE state <> ${withdrawn}), '-infinity')
     ORDER BY jsonb_array_length(one.approvals) > 0 DESC, one.trusted_publisher IS NOT NULL DESC,
              one.provenance IS NOT NULL DESC, one.settled_at DESC LIMIT 1)`;
}

/**
 * The newest of those that came from this very branch, which branches that take turns are known by. Not from a tag: who publishes chooses
 * among all tags that there ever were. None that was taken away: nobody accepts it any more.
 */
function newestOfBranch(publisherId: string, branch: string): string {
  const path = (field: string) => `one.trusted_publisher #>> '{path,${field}}'`;
  const isSameBranch = `${path('refType')} = 'branch' AND ${path('ref')} = ${branch}`;
  return newestAmong(isTrusted, `${isOf(publisherId)} AND ${isSameBranch} AND one.state <> ${withdrawn}`);
}

function newestAmong(kind: string, condition: string): string {
  const turns = `${newestFirst(kind, `${visible}, ${withdrawn}`)} LIMIT ${String(maxTurns)}`;
  return `(SELECT row_to_json(one) FROM (${turns}) AS one WHERE ${condition}
            ORDER BY one.state = ${withdrawn}, one.settled_at DESC LIMIT 1)`;
}

/** Of the last ones that nobody sees yet and that people or a trusted publisher vouch for, the one that came in the strongest way. */
function strongestWaiting(): string {
  return `(WITH recent AS (SELECT ${columns}, v.submitted_at FROM releases v
            WHERE v.package_id = $2 AND v.state IN ('staged', 'quarantined', 'held') AND (${isTrusted} OR ${isApproved})
            ORDER BY v.submitted_at DESC LIMIT ${String(maxTurns)})
    SELECT row_to_json(one) FROM recent AS one ORDER BY one.approvals <> '[]' DESC, one.submitted_at DESC LIMIT 1)`;
}

function newestFirst(condition: string, states: string): string {
  return `SELECT ${columns}, v.settled_at, v.state FROM releases v
           WHERE v.package_id = $2 AND NOT v.replaced AND v.settled_at IS NOT NULL AND v.state IN (${states}) AND ${condition}
           ORDER BY v.settled_at DESC`;
}

const visible = `'published', 'yanked', 'deprecated'`;
const withdrawn = `'withdrawn'`;
const isTrusted = 'v.trusted_publisher IS NOT NULL';
const isApproved = `v.approvals <> '[]'`;
const isProven = 'v.provenance IS NOT NULL';

function isOf(publisherId: string): string {
  return `one.trusted_publisher ->> 'publisherId' = ${publisherId}`;
}

@Injectable()
export class PredecessorRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** In one statement. `packageId` is null for a package that is new, `publisherId` where no trusted publisher publishes. */
  async ground(
    of: {
      readonly repositoryId: RepositoryId;
      readonly packageId: PackageId | null;
      readonly publisherId: PublisherId | null;
      /** The branch that it comes from; null where that is none. */
      readonly branch: string | null;
    },
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<Ground> {
    const [row] = await manager.query<Row[]>(
      `SELECT ${storedPolicySql('$1')} AS policy,
              ${newestOf('true')} AS newest, ${strongestTakenAway()} AS taken_away,
              ${newestOf(isApproved)} AS approved, ${newestOf(isTrusted)} AS trusted,
              ${newestAmong(isProven, 'true')} AS proven_by_any, ${newestAmong(isProven, isOf('$3::text'))} AS proven,
              ${strongestWaiting()} AS waiting, ${newestAmong(isTrusted, isOf('$3::text'))} AS same,
              ${newestOfBranch('$3::text', '$4::text')} AS same_branch`,
      [of.repositoryId, of.packageId, of.publisherId, of.branch],
    );
    const trusted = originOf(row?.trusted);
    // Each publisher keeps to what it did itself; where none has published yet, to what people did.
    return {
      policy: wholePolicy(row?.policy),
      predecessors: {
        newest: originOf(row?.newest),
        takenAway: originOf(row?.taken_away),
        approved: originOf(row?.approved),
        trusted,
        proven: originOf(of.publisherId === null || trusted === null ? row?.proven_by_any : row?.proven),
        samePublisher: originOf(row?.same),
        sameBranch: originOf(row?.same_branch),
        waiting: originOf(row?.waiting),
      },
    };
  }

  /**
   * What a release was compared with when it was submitted; null where that was nothing, or is gone, or waits for approval, of which
   * only those know who approve it (A6).
   */
  async comparedWith(releaseId: ReleaseId): Promise<StoredOrigin | null> {
    const [row] = await this.#dataSource.query<OriginRow[]>(
      `SELECT ${columns} FROM releases v JOIN releases mine ON mine.compared_with = v.release_id AND mine.package_id = v.package_id
        WHERE mine.release_id = $1 AND v.state <> 'staged'`,
      [releaseId],
    );
    return originOf(row);
  }
}

function originOf(row: OriginRow | null | undefined): StoredOrigin | null {
  if (row === null || row === undefined) return null;
  return {
    releaseId: row.release_id,
    version: row.version,
    credential: credentialOf(row.published_by),
    username: row.published_by_username,
    trustedPublisher: row.trusted_publisher,
    provenance: row.provenance,
    approvals: row.approvals.length,
  };
}
