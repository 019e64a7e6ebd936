import { Injectable } from '@nestjs/common';
import { changePackage } from '@waybill/contracts';
import { effectiveVisibility } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { ChangeWait, PackageRepository, RepositoryRepository } from '@waybill/read-model';
import { packageNotFound } from '../packument/packument.service.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import type { NpmAccess } from './access.rules.js';
import { accessOf, visibilityFor } from './access.rules.js';

/** Longer than publish waits for the gateways. */
const timeoutMs = 15_000;

/** `npm access set status`: what a package says of its own visibility, by the use case of the service publish. */
@Injectable()
export class AccessService {
  readonly #requests: RequestClient;
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #wait: ChangeWait;

  constructor(
    requests: RequestClient,
    repositories: RepositoryRepository,
    packages: PackageRepository,
    wait: ChangeWait,
  ) {
    this.#requests = requests;
    this.#repositories = repositories;
    this.#packages = packages;
    this.#wait = wait;
  }

  /**
   * Resolves when the next read sees it. Errors: `invalid` `npm.access-of-repository`, those of
   * `publish.package.change.v1`, `unavailable` `package.change-pending`.
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
      const known = await this.#packages.find(target.resource);
      return effectiveVisibility(repository.visibility, known?.visibility ?? null) === changed.visibility;
    });
  }
}
