import { Injectable } from '@nestjs/common';
import { decisionOnMissing, refusal } from '@waybill/domain';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { found, type PipelineStep, type Submission } from './submission.js';

@Injectable()
export class FindRepository implements PipelineStep {
  readonly name = 'find-repository';
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  async run(submission: Submission): Promise<'next'> {
    const repository = await this.#repositories.findById(submission.request.repositoryId);
    if (repository !== null) {
      submission.repository = repository;
      return 'next';
    }
    // In the words of `authorize`, so that a missing repository is no different from one that is hidden (security.md A6).
    const decision = decisionOnMissing(submission.request.principal);
    if (!decision.allowed) throw refusal(decision, found(submission, 'packagePurl'));
    return 'next';
  }
}
