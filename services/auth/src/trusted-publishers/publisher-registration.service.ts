import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { PublisherId } from '@waybill/domain';
import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { lookupKey } from '@waybill/trusted-publishing';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireMayGive } from '../grants/giving.rules.js';
import { resourcesOf } from '../grants/grant.resource.js';
import type { FoundTarget } from '../grants/grant-targets.service.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { InOrganization } from '../teams/teams.service.js';
import { actionsOfPublisherToken, type PublisherAction } from './publisher-actions.rules.js';
import { PublisherChecks } from './publisher-checks.service.js';
import { targetsOf } from './publisher-target.rules.js';
import { PublisherTargetsRepository } from './publisher-targets.repository.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';

export interface NewPublisherWish {
  readonly rule: TrustedPublisherDraft;
  readonly actions: readonly PublisherAction[];
  readonly targets: readonly FoundTarget[];
}

/** Trusted publishers come to be: who registers one gives its tokens what they may do themselves (A8). */
@Injectable()
export class PublisherRegistration {
  constructor(
    private readonly publishers: TrustedPublishersRepository,
    private readonly targets: PublisherTargetsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly checks: PublisherChecks,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Throws `forbidden` `grant.beyond-own` for who may not manage access on all of the targets and do there what the publisher is to
   * do, `not-found` for a repository that has gone meanwhile (T11) and `oidc.issuer-unknown`, `invalid`
   * `trusted-publisher.issuer-of-other`, `conflict` `trusted-publisher.exists` and `.too-many`, `limit` `.too-many-today`.
   */
  register(where: InOrganization, wish: NewPublisherWish): Promise<PublisherId> {
    return this.changes.run(async (manager) => {
      const { organizationId } = where;
      await this.organizations.lock(manager, organizationId);
      await this.checks.requirePlaces(manager, where.caller, wish.targets);
      requireMayGive(
        where.caller,
        ['manage-access', ...actionsOfPublisherToken(wish.actions)],
        wish.targets.flatMap(resourcesOf),
      );
      await this.checks.requireIssuer(manager, organizationId, wish.rule);
      const targets = targetsOf(wish.targets);
      await this.checks.requireNew(manager, organizationId, { ...wish, targets });
      const existing = await this.checks.existing(manager, targets);
      await this.checks.requireRoom(manager, organizationId, { targets, existing, isNew: true });
      const publisherId = await this.#insert(manager, where, wish);
      await this.targets.insert(manager, publisherId, targets, existing);
      const { provider, issuer } = wish.rule;
      const on = targets.map(({ target }) => target);
      await this.audit.record(manager, where.by, {
        action: 'trusted-publisher.create',
        subject: `trusted-publisher:${publisherId}`,
        organizationId,
        details: { on, provider, issuer, rule: wish.rule, actions: wish.actions },
      });
      return publisherId;
    });
  }

  async #insert(
    manager: EntityManager,
    { by, organizationId }: InOrganization,
    wish: NewPublisherWish,
  ): Promise<PublisherId> {
    const publisherId = randomUUID() as PublisherId;
    const { rule, actions } = wish;
    await this.publishers.insert(manager, {
      publisherId,
      organizationId,
      provider: rule.provider,
      issuer: rule.issuer,
      lookupKey: lookupKey(rule),
      rule,
      actions: [...actions],
      createdBy: by.actor,
      createdByUserId: by.userId ?? null,
    });
    return publisherId;
  }
}
