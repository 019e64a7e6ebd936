import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { withdrawReleases } from '@waybill/contracts';
import type { Principal, PublisherId, ReleasePath } from '@waybill/domain';
import { vi } from 'vitest';
import { ReleaseEvents } from '../src/releases/release-events.js';
import { person } from './principals.js';
import { publisherWith, tokenOfPublisher } from './release-origins.js';
import type { RunningPublish, Submitted } from './running-publish.js';
import { startPublish } from './running-publish.js';

/** A workflow that publishes, somebody with a stolen token, and what is asked of both. */
export class ReleasePathGround {
  readonly publish: RunningPublish;
  readonly publisherId = randomUUID() as PublisherId;
  /** May publish, as a maintainer's stolen token does. */
  readonly thief: Principal;

  constructor(publish: RunningPublish) {
    this.publish = publish;
    this.thief = person([{ kind: 'organization', organizationId: publish.organizationId, role: 'member' }]);
  }

  workflowOf(repository: RepositoryFacts, path: Partial<ReleasePath> = {}, id = this.publisherId): Principal {
    return tokenOfPublisher(this.publish.organizationId, repository.repositoryId, publisherWith(path, id));
  }

  async policy(repository: RepositoryFacts, body: object): Promise<void> {
    const target = `/api/v1/repositories/${repository.slug}/release-policy`;
    const set = await this.publish.http('PUT', target, { as: this.publish.owner, body });
    assert.equal(set.status, 200);
  }

  /** A repository with one release, `1.4.2`, that its workflow has published. */
  async trusted(
    path: Partial<ReleasePath> = {},
  ): Promise<{ readonly repository: RepositoryFacts; readonly release: ReleaseFacts }> {
    const repository = await this.publish.repository();
    const by = this.workflowOf(repository, path);
    const release = await this.publish.published({ repository, version: '1.4.2', by });
    assert.equal(release.state, 'published');
    assert.equal(release.trustedPublisher?.publisherId, this.publisherId);
    return { repository, release };
  }

  /** Somebody else says yes to a release that is held. */
  async approve({ releaseId }: ReleaseFacts): Promise<void> {
    const approve = `/api/v1/held-releases/${releaseId}/approve`;
    const answer = await this.publish.http('POST', approve, { as: this.publish.owner, body: { reason: 'It was me.' } });
    assert.deepEqual([answer.status, answer.json['state']], [200, 'published']);
  }

  /** As if people had said yes to it while it was staged. */
  async markApproved({ releaseId }: ReleaseFacts): Promise<void> {
    const approvals = [{ username: 'bob', userId: randomUUID(), at: new Date().toISOString() }];
    const set = 'UPDATE releases SET approvals = $2 WHERE release_id = $1';
    await this.publish.query(set, [releaseId, JSON.stringify(approvals)]);
  }

  async withdraw({ repository, packagePurl, version }: ReleaseFacts): Promise<void> {
    const { repositoryId } = repository;
    const wish = { repositoryId, packagePurl, versions: [version], tags: {} };
    await this.publish.ask(withdrawReleases, { ...wish, principal: this.publish.owner, requestId: 'test' });
  }

  /** Somebody else does `work` after the next release was compared, before it is written on the strength of that. */
  beforeWriting(work: () => Promise<unknown>): void {
    const events = this.publish.app.get(ReleaseEvents, { strict: false });
    const announce = events.announce.bind(events);
    vi.spyOn(events, 'announce').mockImplementationOnce(async (...parameters) => {
      await work();
      return announce(...parameters);
    });
  }
}

export async function startReleasePathGround(): Promise<ReleasePathGround> {
  return new ReleasePathGround(await startPublish());
}

/** The release after `1.4.2`, with bytes of its own. */
export function next(repository: RepositoryFacts, by: Principal, more: Partial<Submitted> = {}): Submitted {
  return { repository, version: '1.4.3', bytes: `bytes ${randomUUID()}`, by, ...more };
}

export function codesOf(release: ReleaseFacts): string[] {
  return release.reasons.map(({ code }) => code);
}
