import { Injectable } from '@nestjs/common';
import type { Page } from '@waybill/management-api';
import { decodeCursor, encodeCursor, storedTime } from '@waybill/management-api';
import type { Principal, ReleasePath } from '@waybill/domain';
import { can, isVisible } from '@waybill/domain';
import { z } from 'zod';
import { noVersion } from '../package-changes/package-writer.js';
import type { PlacedPackage } from '../package-access/placed-package.repository.js';
import { packageResourceOf } from '../packages/package-resource.js';
import { releaseFacts } from '../releases/release-facts.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { ReleaseRow } from './release-list.repository.js';
import { ReleaseListRepository } from './release-list.repository.js';
import type { PlacedRelease } from './release-of-purl.resource.js';
import type { ArtifactView, ListedReleaseView, ReleasesQuery, ReleaseView } from './releases.schema.js';
import { statesSeenBy } from './seen-states.rules.js';

const cursorSchema = z.tuple([storedTime, z.uuid()]);

/** Releases as people look at them. */
@Injectable()
export class ReleasesService {
  readonly #list: ReleaseListRepository;
  readonly #releases: ReleaseRepository;

  constructor(list: ReleaseListRepository, releases: ReleaseRepository) {
    this.#list = list;
    this.#releases = releases;
  }

  /** Newest first; of a state that the caller does not learn of, none. */
  async list(
    caller: Principal,
    { repository, package: owner }: PlacedPackage,
    { cursor, limit, state }: ReleasesQuery,
  ): Promise<Page<ListedReleaseView>> {
    const after = decodeCursor(cursor, cursorSchema);
    const seen = statesSeenBy(caller, packageResourceOf(repository, owner));
    const states = seen.filter((one) => (state === undefined ? isVisible(one) : one === state));
    const found = await this.#list.list(owner.packageId, { states, after, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const next = found.length > limit && last !== undefined ? encodeCursor([last.place, last.releaseId]) : null;
    return { items: items.map(listedViewOf), next };
  }

  /** Errors: `not-found` `version.not-found` when it went while it was read. */
  async view(caller: Principal, { repository, package: owner, release }: PlacedRelease): Promise<ReleaseView> {
    const [whole, tags] = await Promise.all([
      this.#releases.findWhole(release.releaseId),
      this.#list.tagsAt(owner.packageId, release.version),
    ]);
    if (whole === null) throw noVersion(release.version);
    const { artifacts, summary, reasons, trustedPublisher, provenance, sourceVerified, approvals } =
      releaseFacts(whole);
    const resource = packageResourceOf(repository, owner);
    const reviews = can(caller, 'review-findings', resource).allowed || can(caller, 'approve', resource).allowed;
    return {
      ...listedViewOf({ ...release, state: whole.release.state }),
      package: owner.purl,
      repository: repository.slug,
      tags,
      summary,
      trustedPublisher: trustedPublisher === null ? null : withoutActor(trustedPublisher.path),
      provenance,
      sourceVerified,
      approvals: approvals.map(({ username, at }) => ({ username, at })),
      artifacts,
      ...(reviews ? { reasons } : {}),
    };
  }

  /** Errors: as `view`. */
  async artifacts({ release }: PlacedRelease): Promise<ArtifactView[]> {
    const whole = await this.#releases.findWhole(release.releaseId);
    if (whole === null) throw noVersion(release.version);
    return releaseFacts(whole).artifacts;
  }
}

/** Who started the job is for those who review it: a person's name elsewhere. */
function withoutActor({ actor: _, ...path }: ReleasePath): Omit<ReleasePath, 'actor'> {
  return path;
}

function listedViewOf(row: ReleaseRow): ListedReleaseView {
  const { releaseId, purl, version, state, publishedBy, deprecation, sizeBytes } = row;
  return {
    releaseId,
    purl,
    version,
    state,
    publishedBy,
    submittedAt: row.submittedAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    deprecation,
    sizeBytes,
  };
}
