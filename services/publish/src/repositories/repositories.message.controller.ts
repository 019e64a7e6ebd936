import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { createRepository } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { RepositoriesService } from './repositories.service.js';
import { factsOf } from './repository.repository.js';

@Controller()
export class RepositoriesMessageController {
  readonly #repositories: RepositoriesService;

  constructor(repositories: RepositoriesService) {
    this.#repositories = repositories;
  }

  @Answers(createRepository)
  async create({
    createdBy,
    ...wanted
  }: RequestOf<typeof createRepository>): Promise<ReplyOf<typeof createRepository>> {
    const { repository, created } = await this.#repositories.ensure({ ...wanted, by: { actor: createdBy } });
    return { repository: factsOf(repository), created };
  }
}
