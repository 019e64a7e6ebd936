import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { PublisherId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { lookupKey } from '@waybill/trusted-publishing';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireMayGive } from '../grants/giving.rules.js';
import { resourcesOf } from '../grants/grant.resource.js';
import type { FoundTarget } from '../grants/grant-targets.service.js';
import { notThere } from '../not-there.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { InOrganization } from '../teams/teams.service.js';
import { PublisherTokens } from '../tokens/publisher-tokens.js';
import { actionsOfPublisherToken, type PublisherAction } from './publisher-actions.rules.js';
import { PublisherChecks } from './publisher-checks.service.js';
import { hasSameConditions, isOfSame, isSameRule } from './publisher-rule.rules.js';
import type { NewTarget } from './publisher-target.rules.js';
import { isWithin, targetsOf } from './publisher-target.rules.js';
import { PublisherTargetsRepository } from './publisher-targets.repository.js';
import { TrustedPublisherEnds } from './trusted-publisher-ends.js';
import type { TrustedPublisherEntity } from './trusted-publisher.entity.js';
import type { TrustedPublisherTargetEntity } from './trusted-publisher-target.entity.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';

export interface PublisherRef {
  readonly publisherId: PublisherId;
  /** What the caller was authorized for: publishers of anything else are not there for them (A3). */
  readonly within?: FoundTarget | undefined;
  readonly requireVersion: (version: number) => void;
}

export interface PublisherChange {
  /** The rule from now on, made of the one before. */
  readonly rule?: ((before: TrustedPublisherDraft) => TrustedPublisherDraft) | undefined;
  readonly actions?: readonly PublisherAction[] | undefined;
  readonly targets?: readonly FoundTarget[] | undefined;
}

interface Found {
  readonly publisher: TrustedPublisherEntity;
  readonly targets: readonly TrustedPublisherTargetEntity[];
}

/** What people change in trusted publishers, with the end of what was minted for them before. */
@Injectable()
export class PublisherChanges {
  constructor(
    private readonly publishers: TrustedPublishersRepository,
    private readonly targets: PublisherTargetsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly checks: PublisherChecks,
    private readonly ends: TrustedPublisherEnds,
    private readonly tokens: PublisherTokens,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Throws what `PublisherRegistration.register` does, `not-found`, `precondition-failed`, and `conflict` `trusted-publisher.shared`
   * for one that is for more than the caller was authorized for.
   */
  async change(where: InOrganization, ref: PublisherRef, wish: PublisherChange): Promise<void> {
    await this.changes.run(async (manager) => {
      await this.organizations.lock(manager, where.organizationId);
      await this.checks.requirePlaces(manager, where.caller, wish.targets ?? []);
      const before = await this.#find(manager, where, ref);
      if (ref.within !== undefined && outside(before, ref.within).length > 0) throw shared();
      const { publisher } = before;
      const rule = wish.rule?.(publisher.rule) ?? publisher.rule;
      const actions = wish.actions ?? publisher.actions;
      const targets = wish.targets === undefined ? before.targets : targetsOf(wish.targets);
      requireMay(where, [...publisher.actions, ...actions], [...before.targets, ...targets]);
      const { added, gone } = differenceOf(before.targets, targets);
      const isSame = isUnchanged(publisher, { rule, actions }) && added.length + gone.length === 0;
      if (isSame) return;
      await this.#store(manager, where, before, { rule, actions, added, gone });
      await this.tokens.end(manager, where.by, [publisher.publisherId], 'admin');
      await this.#record(manager, where, before, { rule, actions, targets });
    });
  }

  /**
   * Ends one; with `within`, only what it has there, if it has more. Throws `not-found`, `precondition-failed`, `forbidden`
   * `grant.beyond-own`.
   */
  async remove(where: InOrganization, ref: PublisherRef): Promise<void> {
    await this.changes.run(async (manager) => {
      await this.organizations.lock(manager, where.organizationId);
      const { publisher, targets } = await this.#find(manager, where, ref);
      const { within } = ref;
      const taken = within === undefined ? targets : targets.filter((target) => isWithin(target, within));
      requireMay(where, publisher.actions, taken);
      await this.ends.takeTargets(manager, where.by, taken, 'asked');
    });
  }

  async #find(manager: EntityManager, { caller, organizationId }: InOrganization, ref: PublisherRef): Promise<Found> {
    const publisher = await this.publishers.lock(manager, ref.publisherId);
    if (publisher?.organizationId !== organizationId) throw notThere(caller);
    const targets = await this.targets.of(manager, publisher.publisherId);
    const { within } = ref;
    if (within !== undefined && !targets.some((target) => isWithin(target, within))) throw notThere(caller);
    ref.requireVersion(publisher.version);
    return { publisher, targets };
  }

  async #store(
    manager: EntityManager,
    { organizationId }: InOrganization,
    { publisher, targets }: Found,
    { rule, actions, added, gone }: Stored,
  ): Promise<void> {
    const { publisherId } = publisher;
    await this.checks.requireIssuer(manager, organizationId, rule);
    const kept = targets.filter((target) => !gone.includes(target.targetId));
    await this.checks.requireNew(manager, organizationId, { rule, targets: [...kept, ...added] }, publisherId);
    const existing = await this.checks.existing(manager, added);
    await this.checks.requireRoom(manager, organizationId, { targets: added, existing, isNew: false });
    await this.targets.remove(manager, gone);
    await this.targets.insert(manager, publisherId, added, existing);
    // What is about another repository has never proven to be of that; nor has what is about more or others of the same owner.
    const unproven = hasSameConditions(publisher.rule, rule) ? {} : { firstPublishedAt: null, publishedProjects: [] };
    const unused = isOfSame(publisher.rule, rule)
      ? unproven
      : { ...unproven, firstUsedAt: null, lastUsedAt: null, projectSince: new Date() };
    const { provider, issuer } = rule;
    const whose = { provider, issuer, lookupKey: lookupKey(rule), rule };
    await this.publishers.change(manager, publisher, { ...whose, actions: [...actions], ...unused });
  }

  #record(
    manager: EntityManager,
    { by, organizationId }: InOrganization,
    { publisher, targets }: Found,
    after: {
      readonly rule: TrustedPublisherDraft;
      readonly actions: readonly string[];
      readonly targets: readonly NewTarget[];
    },
  ): Promise<void> {
    const shown = ({ rule, actions }: Pick<typeof after, 'rule' | 'actions'>, on: readonly NewTarget[]) => ({
      rule,
      actions,
      on: on.map(({ target }) => target),
    });
    return this.audit.record(manager, by, {
      action: 'trusted-publisher.change',
      subject: `trusted-publisher:${publisher.publisherId}`,
      organizationId,
      details: { before: shown(publisher, targets), after: shown(after, after.targets) },
    });
  }
}

interface Stored {
  readonly rule: TrustedPublisherDraft;
  readonly actions: readonly PublisherAction[];
  readonly added: readonly NewTarget[];
  /** Ids. */
  readonly gone: readonly string[];
}

function requireMay(
  { caller, organizationId }: InOrganization,
  actions: readonly PublisherAction[],
  targets: readonly NewTarget[],
): void {
  const resources = targets.flatMap((target) => resourcesOf({ ...target, organizationId }));
  requireMayGive(caller, ['manage-access', ...actionsOfPublisherToken(actions)], resources);
}

function differenceOf(
  before: readonly NewTarget[],
  after: readonly NewTarget[],
): { readonly added: readonly NewTarget[]; readonly gone: readonly string[] } {
  const had = new Set(before.map(({ target }) => target));
  const has = new Set(after.map(({ target }) => target));
  return {
    added: after.filter(({ target }) => !had.has(target)),
    gone: before.filter(({ target }) => !has.has(target)).map(({ targetId }) => targetId),
  };
}

function isUnchanged(
  publisher: TrustedPublisherEntity,
  { rule, actions }: { readonly rule: TrustedPublisherDraft; readonly actions: readonly PublisherAction[] },
): boolean {
  const isSameActions = [...actions].toSorted().join() === publisher.actions.toSorted().join();
  const pins = (of: TrustedPublisherDraft) => JSON.stringify(Object.entries(of.pinned).toSorted());
  return isSameActions && isSameRule(publisher.rule, rule) && pins(publisher.rule) === pins(rule);
}

function outside({ targets }: Found, within: FoundTarget): readonly NewTarget[] {
  return targets.filter((target) => !isWithin(target, within));
}

function shared(): DomainError {
  const message = 'It is for other packages as well: who manages access of the organization changes it.';
  return new DomainError('conflict', 'trusted-publisher.shared', message);
}
