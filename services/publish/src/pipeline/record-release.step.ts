import { Injectable } from '@nestjs/common';
import type { PackagePurl } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { PackageEntity } from '../packages/package.entity.js';
import { assertOpen } from '../packages/open-package.rules.js';
import type { Hold } from '../packages/package.repository.js';
import { newPackage, PackageRepository } from '../packages/package.repository.js';
import { ownerPart, ReleaseEvents } from '../releases/release-events.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { ReleasePathComparison } from '../release-paths/release-path-comparison.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import { assertStagedWhereNeeded, assertWentThisWay } from '../staged-releases/staged-submission.rules.js';
import { assertTakesReleases } from './apply-repository-policy.step.js';
import { assertMayPublish } from './authorize.step.js';
import { assertNameIsFree } from './check-namespace.step.js';
import { fingerprintOf } from './fingerprint.js';
import { verdictOn } from './immutability.js';
import { newArtifact, newRelease } from './new-release.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** What a submission was to join is to be replaced now: all steps have to look at it first. */
export const rejectedMeanwhile = 'release.rejected-meanwhile';

/** The one transaction: the release is there and quarantined, with its event, or nothing is. */
@Injectable()
export class RecordRelease implements PipelineStep {
  readonly name = 'record-release';
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #comparison: ReleasePathComparison;
  readonly #events: ReleaseEvents;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    repositories: RepositoryRepository,
    packages: PackageRepository,
    releases: ReleaseRepository,
    comparison: ReleasePathComparison,
    events: ReleaseEvents,
    unitOfWork: UnitOfWork,
  ) {
    this.#repositories = repositories;
    this.#packages = packages;
    this.#releases = releases;
    this.#comparison = comparison;
    this.#events = events;
    this.#unitOfWork = unitOfWork;
  }

  async run(submission: Submission): Promise<'done'> {
    if (await this.#recordAtOnce(submission)) return 'done';
    await this.#unitOfWork.run(async (manager) => {
      await this.#keepRepositories(manager, [submission]);
      const place = await this.#placeOf(manager, submission, new Map());
      await this.#take(manager, place, { batchId: null });
    });
    return 'done';
  }

  /**
   * Mostly nobody else is at the package or its repository: what was seen of them without a lock is taken for true, in one
   * statement that does nothing where it is not. Resolves to whether the release is there; if not, the lock decides.
   */
  async #recordAtOnce(submission: Submission): Promise<boolean> {
    const { owner: seen, current, repositoryVersion } = found(submission, 'seen');
    if (current !== undefined) return false;
    const { repositoryId } = found(submission, 'repository');
    const owner = seen?.package ?? newPackage(repositoryId, found(submission, 'packagePurl'));
    const hold: Hold =
      seen === undefined
        ? { kind: 'new', repositoryVersion }
        : { kind: 'unchanged', rowVersion: seen.rowVersion, repositoryVersion };
    return this.#unitOfWork.runStatement((manager) =>
      this.#insert(manager, submission, { owner, batchId: null, hold }),
    );
  }

  /**
   * All of a batch or none: `allOf` sees them before the transaction ends, and undoes it by throwing. Errors: those of the steps,
   * `conflict` `release.rejected-meanwhile`.
   */
  async runAll(
    submissions: readonly Submission[],
    batchId: string,
    allOf: (submissions: readonly Submission[]) => void,
  ): Promise<void> {
    const inOrder = submissions.toSorted((one, other) =>
      found(one, 'packagePurl') < found(other, 'packagePurl') ? -1 : 1,
    );
    await this.#unitOfWork.run(async (manager) => {
      await this.#keepRepositories(manager, submissions);
      const packages = new Map<PackagePurl, PackageEntity>();
      const places: Place[] = [];
      for (const submission of inOrder) places.push(await this.#placeOf(manager, submission, packages));
      const isRepeated = isOneBatch(places);
      for (const place of places) await this.#take(manager, place, { batchId, isRepeated });
      allOf(submissions);
    });
  }

  /** As they are now, which they stay until the transaction ends: who takes this decides again (security.md A1). */
  async #keepRepositories(manager: EntityManager, submissions: readonly Submission[]): Promise<void> {
    const repositoryIds = submissions.map((submission) => found(submission, 'repository').repositoryId);
    const kept = await this.#repositories.keep(manager, [...new Set(repositoryIds)]);
    for (const submission of submissions) {
      const { repositoryId } = found(submission, 'repository');
      const repository = kept.find((one) => one.repositoryId === repositoryId);
      if (repository === undefined) throw repositoryNotFound();
      submission.repository = repository;
    }
  }

  /** Where the submission is to go, which stays as it is until the transaction ends. */
  async #placeOf(
    manager: EntityManager,
    submission: Submission,
    packages: Map<PackagePurl, PackageEntity>,
  ): Promise<Place> {
    const purl = found(submission, 'packagePurl');
    const { repositoryId } = found(submission, 'repository');
    const owner =
      packages.get(purl) ??
      (await this.#packages.lockOrCreate(manager, repositoryId, purl, (existing) =>
        assertStillTaken(submission, existing),
      ));
    packages.set(purl, owner);
    const current = await this.#releases.findCurrent(manager, owner.packageId, found(submission, 'version'));
    return { submission, owner, current };
  }

  async #take(
    manager: EntityManager,
    { submission, owner, current }: Place,
    { batchId, isRepeated = false }: { readonly batchId: string | null; readonly isRepeated?: boolean },
  ): Promise<void> {
    const verdict = isRepeated ? 'join' : verdictOn(current, fingerprintOf(submission.request.artifacts));
    if (verdict === 'join' && current !== null) {
      assertWentThisWay(submission.request, current);
      const whole = await this.#releases.findWhole(current.releaseId, manager);
      if (whole !== null) submission.release = whole;
      submission.joined = true;
      return;
    }
    if (verdict === 'replace' && current !== null) await this.#releases.markReplaced(manager, current.releaseId);
    // Its predecessor may be another one by now, and so may what its repository asks.
    await this.#comparison.compare(submission, owner, manager);
    await this.#insert(manager, submission, { owner, batchId, hold: { kind: 'locked' } });
  }

  async #insert(
    manager: EntityManager,
    submission: Submission,
    { owner, batchId, hold }: { readonly owner: PackageEntity; readonly batchId: string | null; readonly hold: Hold },
  ): Promise<boolean> {
    assertPrepared(submission);
    assertOpen(owner);
    const release = newRelease(submission, owner, batchId);
    const artifacts = submission.request.artifacts.map((artifact) => newArtifact(release.releaseId, artifact));
    const whole = { release, artifacts, package: owner, repository: found(submission, 'repository'), tags: [] };
    const parts = this.#releases.insertParts(manager, whole, ownerPart);
    const isStaged = release.state === 'staged';
    if (!(await this.#events.announce(manager, whole, isStaged ? 'staged' : 'quarantined', { hold, parts })))
      return false;
    submission.release = whole;
    submission.joined = false;
    return true;
  }
}

/** Of one that was to join a release, the steps after that have not looked at it, and its bytes may be gone. */
function assertPrepared({ promoted, request }: Submission): void {
  if (promoted === true) return;
  throw new DomainError(
    'conflict',
    rejectedMeanwhile,
    `${request.purl} was there already, and was rejected just now for another one of its batch; send it again.`,
  );
}

interface Place {
  readonly submission: Submission;
  readonly owner: PackageEntity;
  readonly current: ReleaseEntity | null;
}

/** What the steps before have decided without a lock, of the repository and the package as they are kept. */
function assertStillTaken(submission: Submission, owner: PackageEntity | null): void {
  assertMayPublish(submission, owner);
  assertTakesReleases(found(submission, 'repository'));
  assertStagedWhereNeeded(submission.request, found(submission, 'repository'));
  if (owner === null) assertNameIsFree(submission);
}

/** Whether these are the very releases of one batch: the same request has come twice. */
function isOneBatch(places: readonly Place[]): boolean {
  const first = places[0]?.current?.batchId ?? null;
  return (
    first !== null &&
    places.every(
      ({ submission, current }) =>
        current?.batchId === first && current.fingerprint === fingerprintOf(submission.request.artifacts),
    )
  );
}
