import { Injectable } from '@nestjs/common';
import type { Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing, refusal } from '@waybill/domain';
import { RepositoryRepository } from '@waybill/read-model';
import type { ProjectName } from '../names/project-name.js';
import { purlOf } from '../names/project-name.js';

/** Only the form says which project an upload is for: what the guard of a route could not ask. */
@Injectable()
export class UploadAccess {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  /** The project that the caller may publish to, whether it exists or not. Errors: `unauthenticated`, `forbidden`, `not-found`. */
  async projectFor(
    principal: Principal,
    slug: string,
    name: ProjectName,
  ): Promise<Extract<Resource, { kind: 'package' }>> {
    const resource = await this.#repositories.resourceAt(slug, purlOf(name));
    const decision = resource === undefined ? decisionOnMissing(principal) : can(principal, 'publish', resource);
    if (!decision.allowed) throw refusal(decision, 'What you asked for');
    if (resource?.kind !== 'package') throw new Error('What is missing is allowed to nobody.');
    return resource;
  }
}
