import { Injectable } from '@nestjs/common';
import type { ReplyOf } from '@waybill/contracts';
import { decideStagedRelease, getStagedRelease, listStagedReleases } from '@waybill/contracts';
import type { PackagePurl, Principal, ReleaseId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { ReadableRepositoryService, RepositoryRepository, SettlementService } from '@waybill/read-model';
import { signedIn } from '../repositories/assert-may.js';

export type StagedRelease = ReplyOf<typeof getStagedRelease>;

/** One staged release, as a client names it. */
export interface StagedPlace {
  readonly context: EdgeContext;
  readonly slug: string;
  readonly stageId: ReleaseId;
}

// Large releases come in smaller pages than were asked for; a client takes a short page for the last one.
const maxPages = 20;

/** What waits for approval, as `publish` tells it to those who may know of it. */
@Injectable()
export class StagedReleasesService {
  readonly #repositories: RepositoryRepository;
  readonly #readable: ReadableRepositoryService;
  readonly #requests: RequestClient;
  readonly #settlement: SettlementService;

  constructor(
    repositories: RepositoryRepository,
    readable: ReadableRepositoryService,
    requests: RequestClient,
    settlement: SettlementService,
  ) {
    this.#repositories = repositories;
    this.#readable = readable;
    this.#requests = requests;
    this.#settlement = settlement;
  }

  /** Newest first. Errors: `unauthenticated`, `forbidden`, `not-found`. */
  async list(
    caller: Principal,
    { slug, packagePurl }: { readonly slug: string; readonly packagePurl: PackagePurl | undefined },
    place: { readonly offset: number; readonly limit: number },
  ): Promise<ReplyOf<typeof listStagedReleases>> {
    const principal = signedIn(caller);
    const repository = await this.#readable.find(principal, slug);
    const filter = { repositoryId: repository.repositoryId, ...(packagePurl === undefined ? {} : { packagePurl }) };
    const items: StagedRelease[] = [];
    for (let page = 0; ; page += 1) {
      const offset = place.offset + items.length;
      const limit = place.limit - items.length;
      const asked = this.#requests.ask(listStagedReleases, { principal, ...filter, ecosystem: 'npm', offset, limit });
      const found = await asked.catch((error: unknown) => {
        this.#readable.readable(principal, repository, []);
        throw error;
      });
      items.push(...found.items);
      const isAll =
        found.items.length === 0 || items.length >= place.limit || place.offset + items.length >= found.total;
      if (!isAll && page < maxPages) continue;
      // Nothing, of a repository that the caller may not know of, is no repository (security.md A6).
      if (items.length === 0) this.#readable.readable(principal, repository, []);
      return { items, total: found.total };
    }
  }

  /** Also one that was settled since. Errors: `unauthenticated`, `not-found` `staged-release.not-found`. */
  async find({ context, slug, stageId: releaseId }: StagedPlace): Promise<StagedRelease> {
    const principal = signedIn(context.principal);
    return this.#requests.ask(getStagedRelease, {
      principal,
      repositoryId: await this.#repositoryIn(slug),
      releaseId,
    });
  }

  /**
   * One more approval. With the last one that is needed it resolves when the release is published and the next read sees it.
   * `code`: of the caller's second factor. Errors: those of `publish.staged-release.decide.v1`; `forbidden` `release.held` |
   * `release.rejected`, `unavailable` `release.unsettled`: the same again then waits on.
   */
  async approve(place: StagedPlace, code: { readonly code?: string }): Promise<StagedRelease> {
    const { context } = place;
    const approved = await this.#decide(place, 'approve', code).catch(async (error: unknown) => {
      const found = isSettled(error) ? await this.find(place) : undefined;
      if (found === undefined || !isApprovedBy(found, context.principal)) throw error;
      return found;
    });
    if (approved.release.state !== 'staged') {
      await this.#settlement.waitFor(approved.release, context.deadline, context.externalUrl);
    }
    return approved;
  }

  /** Errors: those of `publish.staged-release.decide.v1`. */
  async reject(place: StagedPlace, code: { readonly code?: string }): Promise<void> {
    await this.#decide(place, 'reject', code);
  }

  async #decide(
    { context, slug, stageId: releaseId }: StagedPlace,
    decision: 'approve' | 'reject',
    code: { readonly code?: string },
  ): Promise<StagedRelease> {
    const principal = signedIn(context.principal);
    const repositoryId = await this.#repositoryIn(slug);
    const { clientAddress, requestId } = context;
    const by = { principal, clientAddress, requestId, ...code };
    return this.#requests.ask(decideStagedRelease, { ...by, repositoryId, releaseId, decision, reason: '' });
  }

  async #repositoryIn(slug: string) {
    const repository = await this.#repositories.findBySlug(slug);
    if (repository === null) throw stagedReleaseNotFound();
    return repository.repositoryId;
  }
}

/** As `publish` words it for those who may not know of one (security.md A6). */
export function stagedReleaseNotFound(): DomainError {
  return new DomainError('not-found', 'staged-release.not-found', 'The staged release was not found.');
}

function isSettled(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'staged-release.settled';
}

/** Whose approval was heard when the answer got lost. */
function isApprovedBy({ release }: StagedRelease, caller: Principal): boolean {
  return caller.kind !== 'anonymous' && release.approvals.some(({ userId }) => userId === caller.userId);
}
