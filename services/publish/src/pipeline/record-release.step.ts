import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Artifact } from '@waybill/contracts';
import type { PackagePurl, ReleaseId } from '@waybill/domain';
import { actorOf } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { ArtifactEntity } from '../artifacts/artifact.entity.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { assertOpen } from '../packages/open-package.rules.js';
import type { Hold } from '../packages/package.repository.js';
import { newPackage, PackageRepository } from '../packages/package.repository.js';
import { ownerPart, ReleaseEvents } from '../releases/release-events.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { fingerprintOf } from './fingerprint.js';
import { verdictOn } from './immutability.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** The one transaction: the release is there and quarantined, with its event, or nothing is. */
@Injectable()
export class RecordRelease implements PipelineStep {
  readonly name = 'record-release';
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #events: ReleaseEvents;
  readonly #unitOfWork: UnitOfWork;

  constructor(packages: PackageRepository, releases: ReleaseRepository, events: ReleaseEvents, unitOfWork: UnitOfWork) {
    this.#packages = packages;
    this.#releases = releases;
    this.#events = events;
    this.#unitOfWork = unitOfWork;
  }

  async run(submission: Submission): Promise<'done'> {
    if (await this.#recordAtOnce(submission)) return 'done';
    await this.#unitOfWork.run(async (manager) => {
      const place = await this.#placeOf(manager, submission, new Map());
      await this.#take(manager, place, { batchId: null });
    });
    return 'done';
  }

  /**
   * Mostly nobody else is at the package: what was seen of it without a lock is taken for true, in one statement that does
   * nothing where it is not. Resolves to whether the release is there; if not, the lock decides.
   */
  async #recordAtOnce(submission: Submission): Promise<boolean> {
    const { owner: seen, current } = found(submission, 'seen');
    if (current !== undefined) return false;
    const { repositoryId } = found(submission, 'repository');
    const owner = seen?.package ?? newPackage(repositoryId, found(submission, 'packagePurl'));
    const hold: Hold = seen === undefined ? { kind: 'new' } : { kind: 'unchanged', rowVersion: seen.rowVersion };
    return this.#unitOfWork.runStatement((manager) =>
      this.#insert(manager, submission, { owner, batchId: null, hold }),
    );
  }

  /** All of a batch or none: `allOf` sees them before the transaction ends, and undoes it by throwing. */
  async runAll(
    submissions: readonly Submission[],
    batchId: string,
    allOf: (submissions: readonly Submission[]) => void,
  ): Promise<void> {
    const inOrder = submissions.toSorted((one, other) =>
      found(one, 'packagePurl') < found(other, 'packagePurl') ? -1 : 1,
    );
    await this.#unitOfWork.run(async (manager) => {
      const packages = new Map<PackagePurl, PackageEntity>();
      const places: Place[] = [];
      for (const submission of inOrder) places.push(await this.#placeOf(manager, submission, packages));
      const isRepeated = isOneBatch(places);
      for (const place of places) await this.#take(manager, place, { batchId, isRepeated });
      allOf(submissions);
    });
  }

  /** Where the submission is to go, which stays as it is until the transaction ends. */
  async #placeOf(
    manager: EntityManager,
    submission: Submission,
    packages: Map<PackagePurl, PackageEntity>,
  ): Promise<Place> {
    const purl = found(submission, 'packagePurl');
    const { repositoryId } = found(submission, 'repository');
    const owner = packages.get(purl) ?? (await this.#packages.lockOrCreate(manager, repositoryId, purl));
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
      const whole = await this.#releases.findWhole(current.releaseId, manager);
      if (whole !== null) submission.release = whole;
      submission.joined = true;
      return;
    }
    if (verdict === 'replace' && current !== null) await this.#releases.markReplaced(manager, current.releaseId);
    await this.#insert(manager, submission, { owner, batchId, hold: { kind: 'locked' } });
  }

  async #insert(
    manager: EntityManager,
    submission: Submission,
    { owner, batchId, hold }: { readonly owner: PackageEntity; readonly batchId: string | null; readonly hold: Hold },
  ): Promise<boolean> {
    assertOpen(owner);
    const release = newRelease(submission, owner, batchId);
    const artifacts = submission.request.artifacts.map((artifact) => newArtifact(release.releaseId, artifact));
    const whole = { release, artifacts, package: owner, repository: found(submission, 'repository'), tags: [] };
    const parts = this.#releases.insertParts(manager, whole, ownerPart);
    if (!(await this.#events.announce(manager, whole, 'quarantined', { hold, parts }))) return false;
    submission.release = whole;
    submission.joined = false;
    return true;
  }
}

interface Place {
  readonly submission: Submission;
  readonly owner: PackageEntity;
  readonly current: ReleaseEntity | null;
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

function newRelease(submission: Submission, owner: PackageEntity, batchId: string | null): ReleaseEntity {
  const { request } = submission;
  const release = new ReleaseEntity();
  release.releaseId = randomUUID() as ReleaseId;
  release.packageId = owner.packageId;
  release.purl = request.purl;
  release.version = found(submission, 'version');
  release.state = 'quarantined';
  release.replaced = false;
  release.fingerprint = fingerprintOf(request.artifacts);
  release.metadata = request.metadata;
  release.tags = request.tags;
  release.publishedBy = actorOf(request.principal);
  release.publishedByUsername = request.principal.kind === 'anonymous' ? 'anonymous' : request.principal.username;
  release.publishedByUser = request.principal.kind === 'anonymous' ? null : request.principal.userId;
  release.summary = request.summary;
  release.deprecation = null;
  release.batchId = batchId;
  release.ownDecision = null;
  release.requestId = request.requestId;
  release.reasons = [];
  release.submittedAt = new Date();
  release.settledAt = null;
  return release;
}

function newArtifact(releaseId: ReleaseId, artifact: Artifact): ArtifactEntity {
  const entity = new ArtifactEntity();
  entity.releaseId = releaseId;
  entity.filename = artifact.filename;
  entity.role = artifact.role;
  entity.mediaType = artifact.mediaType;
  entity.sizeBytes = artifact.sizeBytes;
  entity.sha256 = artifact.digests.sha256;
  entity.sha1 = artifact.digests.sha1 ?? null;
  entity.sha512 = artifact.digests.sha512 ?? null;
  return entity;
}
