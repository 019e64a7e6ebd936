import { Injectable } from '@nestjs/common';
import { moveTag, removeTag } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { ProjectionNews } from '../projection/projection-news.js';
import { assertTag } from '../publish/publish-document.schema.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { DistTagRepository } from './dist-tag.repository.js';

const maxWaitMilliseconds = 10_000;

@Injectable()
export class DistTagsService {
  readonly #requests: RequestClient;
  readonly #distTags: DistTagRepository;
  readonly #news: ProjectionNews;

  constructor(requests: RequestClient, distTags: DistTagRepository, news: ProjectionNews) {
    this.#requests = requests;
    this.#distTags = distTags;
    this.#news = news;
  }

  /** Resolves when the next read sees it. Errors: those of `publish.tag.move.v1`, `invalid` `npm.tag`. */
  async move(target: NpmTarget, tag: string, version: string, context: EdgeContext): Promise<void> {
    const { repositoryId, purl: packagePurl } = target.resource;
    const { principal } = context;
    const request = { principal, repositoryId, packagePurl, tag: assertTag(tag), version };
    await this.#seen(target, tag, (await this.#requests.ask(moveTag, request)).aggregateVersion);
  }

  /** `latest` stays: a package always has it. Errors: those of `publish.tag.remove.v1`. */
  async remove(target: NpmTarget, tag: string, context: EdgeContext): Promise<void> {
    if (tag === 'latest') {
      throw new DomainError('invalid', 'npm.tag-latest', 'The tag "latest" can be moved but not removed.');
    }
    const { repositoryId, purl: packagePurl } = target.resource;
    const { principal } = context;
    const reply = await this.#requests.ask(removeTag, { principal, repositoryId, packagePurl, tag: assertTag(tag) });
    await this.#seen(target, tag, reply.aggregateVersion);
  }

  async #seen(target: NpmTarget, tag: string, aggregateVersion: number): Promise<void> {
    const { repositoryId, purl } = target.resource;
    const seen = await this.#news.waitFor(target.resource, Date.now() + maxWaitMilliseconds, async () => {
      const changedAt = await this.#distTags.changedAt(repositoryId, purl, tag);
      return changedAt >= aggregateVersion ? changedAt : undefined;
    });
    if (seen !== undefined) return;
    throw new DomainError('unavailable', 'npm.tag-pending', 'The tag was moved and will be visible soon.', {
      retryAfterSeconds: 5,
    });
  }
}
