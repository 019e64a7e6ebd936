import { randomUUID } from 'node:crypto';
import type { StagedKey } from '@waybill/blob-storage';
import type { ReleaseFacts, ReplyOf, RequestOf } from '@waybill/contracts';
import {
  decideStagedRelease,
  getStagedRelease,
  listStagedReleases,
  packageAggregate,
  releaseHeld,
  releasePublished,
  submitRelease,
} from '@waybill/contracts';
import type { PackagePurl, Principal, ReleaseState, RepositoryId } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import { answering } from './answering.js';
import type { RunningAdapter } from './running-adapter.js';

type Staged = ReplyOf<typeof getStagedRelease>;

/** The service `publish` as far as staged releases need it: remembers in memory, answers and announces. */
export class StagingServiceOfTests {
  readonly #adapter: RunningAdapter;
  readonly #staged: Staged[] = [];
  /** What it was asked, in order. */
  readonly submitted: RequestOf<typeof submitRelease>[] = [];
  readonly decided: RequestOf<typeof decideStagedRelease>[] = [];
  /** What is to happen. */
  needed = 1;
  verdict: ReleaseState = 'published';
  refusal: DomainError | undefined;
  listsAtMost = 100;
  #version = 10;

  private constructor(adapter: RunningAdapter) {
    this.#adapter = adapter;
  }

  static start(adapter: RunningAdapter): StagingServiceOfTests {
    const service = new StagingServiceOfTests(adapter);
    const bus = adapter.operator;
    answering(bus, submitRelease, (request) => service.#submit(request));
    answering(bus, listStagedReleases, (request) => service.#list(request));
    answering(bus, getStagedRelease, (request) => service.#find(request));
    answering(bus, decideStagedRelease, (request) => service.#decide(request));
    return service;
  }

  async #submit(request: RequestOf<typeof submitRelease>) {
    this.submitted.push(request);
    const known = this.#staged.find(({ release }) => release.purl === request.purl);
    if (known !== undefined) return { release: known.release, joined: true };
    for (const { stagedKey, sizeBytes, digests } of request.artifacts) {
      await this.#adapter.store.promote({ key: stagedKey as StagedKey, sizeBytes, digests });
    }
    const release = this.#releaseOf(request);
    this.#staged.unshift({
      release,
      approvals: { given: 0, needed: this.needed },
      expiresAt: '2026-12-20T10:00:00.000Z',
    });
    return { release, joined: false };
  }

  #list({ principal, repositoryId, packagePurl, offset, limit }: RequestOf<typeof listStagedReleases>) {
    const found = this.#staged.filter(
      ({ release }) =>
        release.repository.repositoryId === repositoryId &&
        (packagePurl === undefined || release.packagePurl === packagePurl) &&
        mayApprove(principal, release),
    );
    const end = offset + Math.min(limit, this.listsAtMost);
    return { items: found.slice(offset, end), total: found.length };
  }

  #find(asked: { principal: Principal; repositoryId: RepositoryId; releaseId: string }): Staged {
    const found = this.#staged.find(({ release }) => release.releaseId === asked.releaseId);
    const isThere =
      found?.release.repository.repositoryId === asked.repositoryId && mayApprove(asked.principal, found.release);
    if (isThere) return found;
    throw new DomainError('not-found', 'staged-release.not-found', 'The staged release was not found.');
  }

  async #decide(request: RequestOf<typeof decideStagedRelease>): Promise<Staged> {
    this.decided.push(request);
    if (this.refusal !== undefined) throw this.refusal;
    const found = this.#find(request);
    if (found.release.state !== 'staged') {
      throw new DomainError('conflict', 'staged-release.settled', 'It waits for nobody.');
    }
    if (request.decision === 'reject') found.release.state = 'rejected';
    else {
      found.approvals.given += 1;
      if (found.approvals.given >= found.approvals.needed) await this.#goOn(found, request.principal);
    }
    return structuredClone(found);
  }

  async #goOn({ release }: Staged, by: Principal): Promise<void> {
    const { username, userId } = by as Exclude<Principal, { kind: 'anonymous' }>;
    release.state = 'quarantined';
    release.approvals = [{ username, userId, at: new Date().toISOString() }];
    this.#version += 1;
    if (this.verdict === 'quarantined') return;
    const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
    const type = this.verdict === 'published' ? releasePublished : releaseHeld;
    const data = { ...release, state: this.verdict, settledAt: new Date().toISOString() };
    await this.#adapter.emit(type, { aggregate, version: this.#version, data });
  }

  #releaseOf({
    purl,
    artifacts,
    metadata,
    tags,
    summary,
    repositoryId,
  }: RequestOf<typeof submitRelease>): ReleaseFacts {
    const at = purl.lastIndexOf('@');
    const repository = Object.values(this.#adapter.repositories).find((known) => known.repositoryId === repositoryId);
    if (repository === undefined) throw new DomainError('not-found', 'not-found', 'There is no such repository.');
    return {
      releaseId: randomUUID() as ReleaseFacts['releaseId'],
      repository,
      purl,
      packagePurl: purl.slice(0, at) as PackagePurl,
      version: purl.slice(at + 1),
      state: 'staged',
      artifacts: artifacts.map(({ stagedKey: _key, ...artifact }) => artifact),
      metadata,
      tags,
      publishedBy: { actor: 'user:1', username: 'alice', userId: null },
      summary,
      submittedAt: '2026-11-20T10:00:00.000Z',
      trustedPublisher: null,
      provenance: null,
      sourceVerified: null,
      approvals: [],
      reasons: [],
    };
  }
}

function mayApprove(principal: Principal, { repository, packagePurl }: ReleaseFacts): boolean {
  const resource = { ...repository, kind: 'package', purl: packagePurl } as const;
  return can(principal, 'approve', resource).allowed || can(principal, 'stage', resource).allowed;
}
