import { Injectable } from '@nestjs/common';
import type { EventType } from '@waybill/contracts';
import {
  packageAggregate,
  releaseHeld,
  releasePublished,
  releaseQuarantined,
  releaseRejected,
  releaseStaged,
} from '@waybill/contracts';
import type { ReleaseState } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { StatementPart } from '@waybill/persistence';
import { runJoined } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { Hold } from '../packages/package.repository.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { TagEntity } from '../tags/tag.entity.js';
import { TagRepository } from '../tags/tag.repository.js';
import { tagsToMove } from '../tags/tag.rules.js';
import type { ReleaseEntity } from './release.entity.js';
import { releaseFacts } from './release-facts.js';
import type { WholeRelease } from './release.repository.js';

type Announced = Extract<ReleaseState, 'staged' | 'quarantined' | 'published' | 'held' | 'rejected'>;

const eventOf = {
  staged: releaseStaged,
  quarantined: releaseQuarantined,
  published: releasePublished,
  held: releaseHeld,
  rejected: releaseRejected,
} as const satisfies Record<Announced, EventType>;

/** With all tags of its package, as they were before. */
export type TaggedRelease = WholeRelease & { readonly tags: readonly TagEntity[] };

/** The part that the others select from: the row of the package, if it is what the writer thinks. */
export const ownerPart = 'owner';

/** Writes down what happened to a release, in the transaction of it, under the lock of its package. */
@Injectable()
export class ReleaseEvents {
  readonly #outbox: Outbox;
  readonly #packages: PackageRepository;
  readonly #tags: TagRepository;

  constructor(outbox: Outbox, packages: PackageRepository, tags: TagRepository) {
    this.#outbox = outbox;
    this.#packages = packages;
    this.#tags = tags;
  }

  /**
   * The event of the release's new state, with what else belongs to it, in one statement; when it is published, its tags
   * move with it, and the event names just those. Resolves to false, and nothing has happened, when the package is not
   * what `hold` says.
   */
  async announce(
    manager: EntityManager,
    whole: TaggedRelease,
    state: Announced,
    { hold, parts }: { readonly hold: Hold; readonly parts: Readonly<Record<string, StatementPart>> },
  ): Promise<boolean> {
    const { package: owner, repository, release } = whole;
    const moving = state === 'published' ? tagsToMove(release.tags, wishedAtOf(release), whole.tags) : [];
    owner.aggregateVersion += 1;
    if (state === 'published') owner.visibleVersion = owner.aggregateVersion;
    const event = {
      aggregate: packageAggregate(repository.repositoryId, owner.purl),
      aggregateVersion: owner.aggregateVersion,
      data: { ...releaseFacts(whole), ...(state === 'published' ? { tags: moving } : {}) },
    };
    const written = await runJoined(
      manager,
      {
        [ownerPart]: this.#packages.part(owner, hold),
        ...parts,
        // The event of the release names its tags; one of their own would tell every reader the same again.
        ...(moving.length === 0 ? {} : { moved: this.#tags.part(manager, tagsOf(whole, moving), ownerPart) }),
        event: this.#outbox.part(manager, eventOf[state], event, ownerPart),
      },
      `SELECT package_id FROM ${ownerPart}`,
    );
    if (written.length === 0) return false;
    this.#outbox.kickAfterCommit();
    return true;
  }
}

function tagsOf({ package: owner, release }: WholeRelease, names: readonly string[]): TagEntity[] {
  const { packageId, aggregateVersion } = owner;
  const { version } = release;
  const wishedAt = wishedAtOf(release);
  return names.map((tag) => ({ packageId, tag, version, wishedAt, aggregateVersion }));
}

/** Who approves a release wishes for its tags. */
function wishedAtOf({ approvedAt, submittedAt }: ReleaseEntity): Date {
  return approvedAt ?? submittedAt;
}
