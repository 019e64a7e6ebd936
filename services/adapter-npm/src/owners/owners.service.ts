import { Injectable } from '@nestjs/common';
import { setPackageOwners } from '@waybill/contracts';
import { can, DomainError, refusal } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { ChangeWait, PackageRepository } from '@waybill/read-model';
import type { PackageEntity } from '../packument/package.entity.js';
import { signedIn } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';

/** `npm owner`. Who owns a package, and who may say so, is the business of the service auth. */
@Injectable()
export class OwnersService {
  readonly #requests: RequestClient;
  readonly #packages: PackageRepository<PackageEntity>;
  readonly #wait: ChangeWait;

  constructor(requests: RequestClient, packages: PackageRepository<PackageEntity>, wait: ChangeWait) {
    this.#requests = requests;
    this.#packages = packages;
    this.#wait = wait;
  }

  /**
   * Replaces the owners that were read (`expected`). Resolves when the next read sees it. Errors: those of
   * `auth.package-owners.set.v1`, but `forbidden` for a package that the caller may read; `unauthenticated`, `unavailable`.
   */
  async replace(
    target: NpmTarget,
    { usernames, expected }: { readonly usernames: readonly string[]; readonly expected: readonly string[] },
    context: EdgeContext,
  ): Promise<void> {
    const principal = signedIn(context.principal);
    const { organizationId, repositoryId, purl: packagePurl } = target.resource;
    const known = await this.#packages.find(target.resource);
    const asked = this.#requests.ask(setPackageOwners, {
      principal,
      organizationId,
      repositoryId,
      packagePurl,
      usernames: [...usernames],
      // Before auth has told of owners, the publishers stand for them in what clients read.
      ...(known === null || known.ownersVersion === 0 ? {} : { expected: [...expected] }),
    });
    const { aggregateVersion } = await asked.catch((error: unknown) => {
      throw isHiddenByAuth(error) && can(principal, 'read', target.resource).allowed
        ? refusal({ allowed: false, because: 'known' }, target.name)
        : error;
    });
    await this.#wait.until(target.resource, context.deadline, async () => {
      const entity = await this.#packages.find(target.resource);
      return entity !== null && entity.ownersVersion >= aggregateVersion;
    });
  }
}

/** Auth does not know how visible a repository is, and so answers a stranger as if every package were private (A6). */
function isHiddenByAuth(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'not-found' && error.code === 'not-found';
}
