import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { PackageKey } from '../packages/package-key.js';
import { ProjectionNews } from './projection-news.js';

const maxWaitMilliseconds = 10_000;
const answerMilliseconds = 1000;

/** Who changed a package is answered when the next read sees the change. */
@Injectable()
export class ChangeWait {
  readonly #news: ProjectionNews;

  constructor(news: ProjectionNews) {
    this.#news = news;
  }

  /**
   * Resolves when `isSeen` in this service's read model. Errors: `unavailable` `package.change-pending` when that takes too
   * long; the change is made all the same.
   */
  async until(key: PackageKey, deadline: Date, isSeen: () => Promise<boolean>): Promise<void> {
    const until = Math.min(Date.now() + maxWaitMilliseconds, deadline.getTime() - answerMilliseconds);
    const seen = await this.#news.waitFor(key, until, async () => ((await isSeen()) ? true : undefined));
    if (seen === true) return;
    throw new DomainError('unavailable', 'package.change-pending', 'The change was made and will be visible soon.', {
      retryAfterSeconds: 5,
    });
  }
}
