import { Injectable } from '@nestjs/common';
import { setPackageOwners } from '@waybill/contracts';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { PackumentRepository } from '../packument/packument.repository.js';
import { ChangeWait } from '../projection/change-wait.js';
import { signedIn } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';

/** `npm owner`. Who owns a package, and who may say so, is the business of the service auth. */
@Injectable()
export class OwnersService {
  readonly #requests: RequestClient;
  readonly #packuments: PackumentRepository;
  readonly #wait: ChangeWait;

  constructor(requests: RequestClient, packuments: PackumentRepository, wait: ChangeWait) {
    this.#requests = requests;
    this.#packuments = packuments;
    this.#wait = wait;
  }

  /**
   * Replaces the owners that were read (`expected`). Resolves when the next read sees it. Errors: those of
   * `auth.package-owners.set.v1`, `unauthenticated`, `unavailable`.
   */
  async replace(
    target: NpmTarget,
    { usernames, expected }: { readonly usernames: readonly string[]; readonly expected: readonly string[] },
    context: EdgeContext,
  ): Promise<void> {
    const principal = signedIn(context.principal);
    const { organizationId, repositoryId, purl: packagePurl } = target.resource;
    const known = await this.#packuments.findPackage(target.resource);
    const { aggregateVersion } = await this.#requests.ask(setPackageOwners, {
      principal,
      organizationId,
      repositoryId,
      packagePurl,
      usernames: [...usernames],
      // Before auth has told of owners, the publishers stand for them in what clients read.
      ...(known === null || known.ownersVersion === 0 ? {} : { expected: [...expected] }),
    });
    await this.#wait.until(target.resource, context.deadline, async () => {
      const entity = await this.#packuments.findPackage(target.resource);
      return entity !== null && entity.ownersVersion >= aggregateVersion;
    });
  }
}
