import { Injectable } from '@nestjs/common';
import { changePackage } from '@waybill/contracts';
import { effectiveVisibility } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { packageNotFound } from '../packument/packument.service.js';
import { PackumentRepository } from '../packument/packument.repository.js';
import { ChangeWait } from '../projection/change-wait.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { NpmAccess } from './access.rules.js';
import { accessOf, visibilityFor } from './access.rules.js';

/** Longer than publish waits for the gateways. */
const timeoutMs = 15_000;

/** `npm access set status`: what a package says of its own visibility, by the use case of the service publish. */
@Injectable()
export class AccessService {
  readonly #requests: RequestClient;
  readonly #repositories: RepositoryRepository;
  readonly #packuments: PackumentRepository;
  readonly #wait: ChangeWait;

  constructor(
    requests: RequestClient,
    repositories: RepositoryRepository,
    packuments: PackumentRepository,
    wait: ChangeWait,
  ) {
    this.#requests = requests;
    this.#repositories = repositories;
    this.#packuments = packuments;
    this.#wait = wait;
  }

  /**
   * Resolves when the next read sees it. Errors: `invalid` `npm.access-of-repository`, those of
   * `publish.package.change.v1`, `unavailable` `npm.change-pending`.
   */
  async set(target: NpmTarget, wanted: NpmAccess, context: EdgeContext): Promise<void> {
    const { repositoryId, purl: packagePurl, visibility } = target.resource;
    if (accessOf(visibility) === wanted) return;
    const repository = await this.#repositories.findById(repositoryId);
    if (repository === null) throw packageNotFound(target);
    const asked = {
      principal: context.principal,
      repositoryId,
      packagePurl,
      visibility: visibilityFor(wanted, repository.visibility),
      requestId: context.requestId,
    };
    const changed = await this.#requests.ask(changePackage, asked, { timeoutMs });
    await this.#wait.until(target.resource, context.deadline, async () => {
      const known = await this.#packuments.findPackage(target.resource);
      return effectiveVisibility(repository.visibility, known?.visibility ?? null) === changed.visibility;
    });
  }
}
