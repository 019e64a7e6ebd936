import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { createRepository, organizationUsage, resolveResource } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { RepositoriesService } from './repositories.service.js';
import { ResourceResolution } from './resource-resolution.service.js';
import { factsOf, RepositoryRepository } from './repository.repository.js';

@Controller()
export class RepositoriesMessageController {
  readonly #repositories: RepositoriesService;
  readonly #resolution: ResourceResolution;
  readonly #stored: RepositoryRepository;

  constructor(repositories: RepositoriesService, resolution: ResourceResolution, stored: RepositoryRepository) {
    this.#repositories = repositories;
    this.#resolution = resolution;
    this.#stored = stored;
  }

  @Answers(createRepository)
  async create({
    createdBy,
    ...wanted
  }: RequestOf<typeof createRepository>): Promise<ReplyOf<typeof createRepository>> {
    const { repository, created } = await this.#repositories.ensure({ ...wanted, by: { actor: createdBy } });
    return { repository: factsOf(repository), created };
  }

  @Answers(resolveResource)
  async resolve(request: RequestOf<typeof resolveResource>): Promise<ReplyOf<typeof resolveResource>> {
    return { resource: await this.#resolution.resolve(request) };
  }

  @Answers(organizationUsage)
  usage({ organizationId }: RequestOf<typeof organizationUsage>): Promise<ReplyOf<typeof organizationUsage>> {
    return this.#stored.usageOf(organizationId);
  }
}
