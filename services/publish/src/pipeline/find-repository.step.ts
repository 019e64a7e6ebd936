import { Injectable } from '@nestjs/common';
import { decisionOnMissing, refusal } from '@waybill/domain';
import { PlaceRepository } from './place.repository.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** Its repository, and in the same question what is there already; what a caller may know of that is decided later. */
@Injectable()
export class FindRepository implements PipelineStep {
  readonly name = 'find-repository';
  readonly #places: PlaceRepository;

  constructor(places: PlaceRepository) {
    this.#places = places;
  }

  async run(submission: Submission): Promise<'next'> {
    const { repositoryId } = submission.request;
    const purl = found(submission, 'packagePurl');
    const place = await this.#places.find(repositoryId, purl, found(submission, 'version'));
    if (place !== null) {
      submission.repository = place.repository;
      submission.seen = place.seen;
      return 'next';
    }
    // In the words of `authorize`, so that a missing repository is no different from one that is hidden (security.md A6).
    const decision = decisionOnMissing(submission.request.principal);
    if (!decision.allowed) throw refusal(decision, found(submission, 'packagePurl'));
    return 'next';
  }
}
