import { Injectable } from '@nestjs/common';
import type { OrganizationId, Principal, PublisherId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { lookupKey } from '@waybill/trusted-publishing';
import type { EntityManager } from 'typeorm';
import type { FoundTarget } from '../grants/grant-targets.service.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { notThere } from '../not-there.js';
import { KnownIssuers } from '../oidc-issuers/known-issuers.js';
import { isSameRule } from './publisher-rule.rules.js';
import type { NewTarget } from './publisher-target.rules.js';
import { PublisherTargetsRepository, type PublisherPackage } from './publisher-targets.repository.js';
import { TrustedPublishersRepository } from './trusted-publishers.repository.js';

/** Of one organization; all that is bounded here is so that nobody fills the index that everybody's tokens are looked up in (W4). */
const publisherLimits = { live: 5000, pending: 500, perDay: 1000, pendingPerDay: 100, perPackage: 100 } as const;

const dayMs = 86_400_000;

interface Room {
  readonly targets: readonly NewTarget[];
  /** Which of their packages there are, by `target`. */
  readonly existing: ReadonlySet<string>;
  /** Whether it is one more, and not the change of one. */
  readonly isNew: boolean;
}

/** What has to hold for a trusted publisher to be stored; the organization is locked. */
@Injectable()
export class PublisherChecks {
  constructor(
    private readonly publishers: TrustedPublishersRepository,
    private readonly targets: PublisherTargetsRepository,
    private readonly repositories: KnownRepositoriesRepository,
    private readonly issuers: KnownIssuers,
  ) {}

  /** The repositories are still where they were found: their events are newer than what somebody asked a moment ago (T11). */
  async requirePlaces(manager: EntityManager, caller: Principal, targets: readonly FoundTarget[]): Promise<void> {
    const named = new Map(
      targets.flatMap((target) => (target.repositoryId === null ? [] : [[target.repositoryId, target]])),
    );
    for (const [repositoryId, { organizationId, slug }] of [...named].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const known = await this.repositories.lock(manager, { repositoryId, organizationId, slug: slug ?? '' });
      if (known.organizationId !== organizationId || known.deleted) throw notThere(caller);
    }
  }

  /** Throws `not-found` `oidc.issuer-unknown`, `invalid` `trusted-publisher.issuer-of-other`. */
  async requireIssuer(
    manager: EntityManager,
    organizationId: OrganizationId,
    rule: TrustedPublisherDraft,
  ): Promise<void> {
    const known = await this.issuers.of(organizationId, rule.issuer, manager);
    if (known === undefined) {
      const message =
        'That issuer is not registered here: an administrator registers it for the installation or for the organization.';
      throw new DomainError('not-found', 'oidc.issuer-unknown', message);
    }
    if (known.provider === rule.provider) return;
    const message = `That issuer is registered as one of ${known.title}, with other claims than the rule is about.`;
    throw new DomainError('invalid', 'trusted-publisher.issuer-of-other', message, {
      details: { provider: known.provider },
    });
  }

  /** Two that trust the same tokens on the same would be one too many. `except`: the one that is changed. */
  async requireNew(
    manager: EntityManager,
    organizationId: OrganizationId,
    { rule, targets }: { readonly rule: TrustedPublisherDraft; readonly targets: readonly NewTarget[] },
    except?: PublisherId,
  ): Promise<void> {
    const alike = await this.publishers.alike(manager, {
      organizationId,
      issuer: rule.issuer,
      lookupKey: lookupKey(rule),
    });
    const same = alike.filter((other) => other.publisherId !== except && isSameRule(other.rule, rule));
    const ids = same.map(({ publisherId }) => publisherId);
    const theirs = ids.length === 0 ? [] : await this.targets.ofAll(manager, ids);
    const wanted = new Set(targets.map(({ target }) => target));
    const twice = theirs.find(({ target }) => wanted.has(target));
    if (twice === undefined) return;
    const message = 'There is a trusted publisher with this very rule for that already: change it.';
    throw new DomainError('conflict', 'trusted-publisher.exists', message, {
      details: { publisher: twice.publisherId },
    });
  }

  /** Which of the packages there are, by their targets. */
  async existing(manager: EntityManager, targets: readonly NewTarget[]): Promise<ReadonlySet<string>> {
    const found = await this.targets.existing(manager, packagesOf(targets));
    return new Set(found.map(({ repositoryId, packagePurl }) => `package:${repositoryId}/${packagePurl}`));
  }

  /** Throws `conflict` `trusted-publisher.too-many`, `limit` `trusted-publisher.too-many-today`. */
  async requireRoom(
    manager: EntityManager,
    organizationId: OrganizationId,
    { targets, existing, isNew }: Room,
  ): Promise<void> {
    if (isNew && (await this.publishers.count(manager, organizationId)) >= publisherLimits.live) {
      throw tooMany(`An organization has at most ${publisherLimits.live} trusted publishers: use patterns of names.`);
    }
    for (const one of packagesOf(targets)) {
      if ((await this.targets.countOn(manager, one)) < publisherLimits.perPackage) continue;
      throw tooMany(`A package has at most ${publisherLimits.perPackage} trusted publishers.`);
    }
    const since = new Date(Date.now() - dayMs);
    const pending = targets.filter(({ kind, target }) => kind === 'package' && !existing.has(target)).length;
    if (pending > 0) {
      const waiting = await this.targets.countPending(manager, organizationId);
      if (waiting.all + pending > publisherLimits.pending) {
        throw tooMany(
          `At most ${publisherLimits.pending} trusted publishers wait for packages that there are not yet.`,
        );
      }
      if (waiting.today + pending > publisherLimits.pendingPerDay) throw tooManyToday();
    }
    if (isNew && (await this.publishers.countSince(manager, organizationId, since)) >= publisherLimits.perDay) {
      throw tooManyToday();
    }
  }
}

function packagesOf(targets: readonly NewTarget[]): PublisherPackage[] {
  return targets.flatMap(({ repositoryId, packagePurl }) =>
    repositoryId === null || packagePurl === null ? [] : [{ repositoryId, packagePurl }],
  );
}

function tooMany(message: string): DomainError {
  return new DomainError('conflict', 'trusted-publisher.too-many', message);
}

function tooManyToday(): DomainError {
  const message = 'The organization has registered very many trusted publishers since yesterday; go on tomorrow.';
  return new DomainError('limit', 'trusted-publisher.too-many-today', message, { retryAfterSeconds: 3600 });
}
