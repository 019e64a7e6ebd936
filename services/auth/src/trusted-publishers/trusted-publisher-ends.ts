import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, PackagePurl, PublisherId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { PublisherTokens } from '../tokens/publisher-tokens.js';
import { PublisherTargetsRepository } from './publisher-targets.repository.js';
import type { TrustedPublisherEntity } from './trusted-publisher.entity.js';
import type { TrustedPublisherTargetEntity } from './trusted-publisher-target.entity.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';

/** Why something of a publisher ends; in the audit. */
export type EndCause = 'asked' | 'deleted' | 'moved' | 'transferred' | 'expired' | 'taken' | 'organization-deleted';

export interface EndingPlace {
  readonly repositoryId: RepositoryId;
  readonly packagePurl?: PackagePurl;
  /** Only what was registered until then. */
  readonly givenUntil?: Date | undefined;
}

type Target = Pick<TrustedPublisherTargetEntity, 'targetId' | 'publisherId' | 'target'>;

/**
 * The end of trusted publishers and of their targets, with their tokens and an audit event for each (security.md T11, W9).
 * All within `CredentialChanges.run`. Who ends has locked the organization and its repository, if anybody has; then publishers
 * are locked by id, then tokens.
 */
@Injectable()
export class TrustedPublisherEnds {
  constructor(
    private readonly publishers: TrustedPublishersRepository,
    private readonly targets: PublisherTargetsRepository,
    private readonly tokens: PublisherTokens,
    private readonly audit: AuditTrail,
  ) {}

  /** What reaches into a repository, or to a package, ends there; and so do all tokens that do. */
  async onPlace(manager: EntityManager, by: AuditActor, place: EndingPlace, because: EndCause): Promise<void> {
    const { repositoryId, packagePurl, givenUntil } = place;
    const found = await this.targets.on(manager, {
      repositoryId,
      ...(packagePurl === undefined ? {} : { packagePurl }),
      ...(givenUntil === undefined ? {} : { givenUntil }),
    });
    await this.takeTargets(manager, by, found, because);
    // Also those of publishers of whole patterns, which go on elsewhere.
    await this.tokens.endOn(manager, by, place, 'admin');
  }

  /** Takes targets from their publishers; those that have none left end. The ids of the publishers that ended. */
  async takeTargets(
    manager: EntityManager,
    by: AuditActor,
    taken: readonly Target[],
    because: EndCause,
  ): Promise<PublisherId[]> {
    const ids = [...new Set(taken.map(({ publisherId }) => publisherId))];
    const locked = await this.publishers.lockAll(manager, ids);
    if (locked.length === 0) return [];
    await this.targets.remove(
      manager,
      taken.map(({ targetId }) => targetId),
    );
    const left = new Set((await this.targets.ofAll(manager, ids)).map(({ publisherId }) => publisherId));
    const ended = locked.filter(({ publisherId }) => !left.has(publisherId));
    await this.#end(manager, by, locked, ended);
    for (const publisher of locked) {
      const { publisherId, organizationId } = publisher;
      const on = taken.filter((target) => target.publisherId === publisherId).map(({ target }) => target);
      await this.audit.record(manager, by, {
        action: left.has(publisherId) ? 'trusted-publisher.change' : 'trusted-publisher.delete',
        subject: `trusted-publisher:${publisherId}`,
        organizationId,
        details: { because, on, issuer: publisher.issuer },
      });
    }
    return ended.map(({ publisherId }) => publisherId);
  }

  /** All of an organization that is deleted. */
  async ofOrganization(manager: EntityManager, by: AuditActor, organizationId: OrganizationId): Promise<void> {
    const ids = await this.publishers.idsOf(manager, organizationId);
    await this.takeTargets(manager, by, await this.targets.ofAll(manager, ids), 'organization-deleted');
  }

  async #end(
    manager: EntityManager,
    by: AuditActor,
    changed: readonly TrustedPublisherEntity[],
    ended: readonly TrustedPublisherEntity[],
  ): Promise<void> {
    const gone = new Set(ended.map(({ publisherId }) => publisherId));
    await this.publishers.end(manager, [...gone]);
    await this.publishers.touch(
      manager,
      changed.map(({ publisherId }) => publisherId).filter((publisherId) => !gone.has(publisherId)),
    );
    await this.tokens.end(
      manager,
      by,
      changed.map(({ publisherId }) => publisherId),
      'admin',
    );
  }
}
