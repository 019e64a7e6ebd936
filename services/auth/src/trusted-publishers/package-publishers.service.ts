import { Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { addPackagePublisher, listPackagePublishers, removePackagePublisher } from '@waybill/contracts';
import { DomainError, type Principal, type PackagePurl, type RepositoryId } from '@waybill/domain';
import { parseField } from '@waybill/management-api';
import { z } from 'zod';
import type { FoundTarget } from '../grants/grant-targets.service.js';
import { GrantTargets, targetOf } from '../grants/grant-targets.service.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { KnownIssuers } from '../oidc-issuers/known-issuers.js';
import { requireAllowed } from '../require-allowed.js';
import type { InOrganization } from '../teams/teams.service.js';
import { publisherActions } from './publisher-actions.rules.js';
import { PublisherChanges } from './publisher-changes.service.js';
import type { ListedPublisher } from './publisher-list.repository.js';
import { PublisherListRepository } from './publisher-list.repository.js';
import { PublisherRegistration } from './publisher-registration.service.js';
import { soundRule } from './publisher-rule.rules.js';

type Shown = ReplyOf<typeof addPackagePublisher>['publisher'];

interface OnPackage {
  readonly principal: Principal;
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
  readonly requestId?: string;
}

const maxShown = 100;
const wantedActions = z.array(z.enum(publisherActions)).min(1);

/** Trusted publishers of one package, as native clients ask for them (`npm trust`): on the use cases of `/api/v1`. */
@Injectable()
export class PackagePublishers {
  constructor(
    private readonly registration: PublisherRegistration,
    private readonly changes: PublisherChanges,
    private readonly publishers: PublisherListRepository,
    private readonly repositories: KnownRepositoriesRepository,
    private readonly targets: GrantTargets,
    private readonly issuers: KnownIssuers,
  ) {}

  /** Those that name this very package, and none of patterns that it falls under. */
  async list(on: OnPackage): Promise<ReplyOf<typeof listPackagePublishers>> {
    const { place } = await this.#managed(on);
    const found = await this.#on(place);
    const named = found.filter((publisher) => publisher.targets.some(({ kind }) => kind === 'package'));
    const known = await this.issuers.list(place.organizationId);
    return {
      publishers: named.slice(0, maxShown).map(shown),
      issuers: known.map(({ url, provider, from }) => ({ url, provider, from })),
    };
  }

  async add({ publisher, ...on }: RequestOf<typeof addPackagePublisher>): Promise<Shown> {
    const { place, where } = await this.#managed(on);
    const { provider, issuer, actions, rule } = publisher;
    const wanted = soundRule({ pinned: {}, ...rule, provider, issuer });
    const given = parseField(wantedActions, actions, 'publisher.actions');
    const publisherId = await this.registration.register(where, { rule: wanted, actions: given, targets: [place] });
    const [found] = await this.#on(place, publisherId);
    if (found === undefined) throw publisherNotFound();
    return shown(found);
  }

  async remove({ publisherId, ...on }: RequestOf<typeof removePackagePublisher>): Promise<void> {
    const { place, where } = await this.#managed(on);
    // Also one of a pattern, which is not this package's alone.
    const [found] = await this.#on(place, publisherId);
    if (found?.targets.some(({ kind }) => kind === 'package') !== true) throw publisherNotFound();
    await this.changes.remove(where, { publisherId, within: place, requireVersion: () => undefined });
  }

  #on(place: FoundTarget, publisherId?: Shown['publisherId']): Promise<ListedPublisher[]> {
    const { organizationId, repositoryId, packagePurl } = place;
    return this.publishers.list({
      organizationId,
      repositoryId: repositoryId ?? undefined,
      packagePurl: packagePurl ?? undefined,
      publisherId,
      thereOnly: true,
      limit: maxListed,
    });
  }

  async #managed({ principal, repositoryId, packagePurl, requestId }: OnPackage) {
    const known = await this.repositories.find(repositoryId);
    const found = known && (await this.targets.resolve(known.slug, packagePurl));
    const resource = found?.repositoryId === repositoryId ? found : undefined;
    requireAllowed(principal, 'manage-access', { resource, what: 'That package' });
    if (resource === undefined) throw publisherNotFound();
    const by = { ...actorOfPrincipal(principal), ...(requestId === undefined ? {} : { requestId }) };
    const where: InOrganization = { by, caller: principal, organizationId: resource.organizationId };
    return { where, place: targetOf(resource, known?.slug ?? '') };
  }
}

/** With those of patterns, which are left out. */
const maxListed = 500;

function shown({ publisherId, rule, actions }: ListedPublisher): Shown {
  const { provider, issuer, ...rest } = rule;
  return { publisherId, provider, issuer, rule: { provider, issuer, ...rest }, actions: [...actions] };
}

function publisherNotFound(): DomainError {
  return new DomainError('not-found', 'trusted-publisher.not-found', 'The package has no such trusted publisher.');
}
