import { Injectable } from '@nestjs/common';
import { resolveResource } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, Principal, RepositoryId, Resource, Slug, TokenScope } from '@waybill/domain';
import { actions, can, DomainError } from '@waybill/domain';
import { RequestClient } from '@waybill/messaging';
import pLimit from 'p-limit';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { ScopeTarget, ScopeWish } from './scope-wish.schema.js';

const askedAtOnce = 5;

/** Turns the names in wishes for scopes into ids, as the caller may know them. */
@Injectable()
export class ScopeNames {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly requests: RequestClient,
  ) {}

  /**
   * Throws `invalid` `token.scope-unknown` for what does not exist and for what the caller may do nothing to, without a
   * difference (security.md A6); `unavailable` when nobody can say.
   */
  async resolve(caller: Principal, wishes: readonly ScopeWish[]): Promise<TokenScope[]> {
    const inTurn = pLimit(askedAtOnce);
    return Promise.all(
      wishes.map(({ actions: wanted, on }, index) =>
        inTurn(async () => ({ actions: [...new Set(wanted)], on: await this.#target(caller, on, index) })),
      ),
    );
  }

  async #target(caller: Principal, on: ScopeTarget, index: number): Promise<TokenScope['on']> {
    if ('organization' in on) {
      const organizationId = await this.#organization(caller, on.organization, index);
      return on.kind === 'pattern'
        ? { kind: 'pattern', organizationId, purlPrefix: on.purlPrefix }
        : { kind: 'organization', organizationId };
    }
    if (!('repository' in on)) return on;
    const purl = on.kind === 'package' ? on.purl : undefined;
    const repositoryId = await this.#repository(caller, { slug: on.repository, purl }, index);
    return purl === undefined ? { kind: 'repository', repositoryId } : { kind: 'package', repositoryId, purl };
  }

  async #organization(caller: Principal, name: Slug, index: number): Promise<OrganizationId> {
    const found = await this.organizations.findByName(name);
    const resource = found && { kind: 'organization' as const, organizationId: found.organizationId };
    if (resource === undefined || !mayDoAnything(caller, resource)) throw unknownTarget(index);
    return resource.organizationId;
  }

  async #repository(
    caller: Principal,
    { slug, purl }: { readonly slug: Slug; readonly purl: PackagePurl | undefined },
    index: number,
  ): Promise<RepositoryId> {
    const named = purl === undefined ? {} : { packagePurl: purl };
    const { resource } = await this.requests.ask(resolveResource, { repository: slug, ...named });
    if (resource === null) throw unknownTarget(index);
    const { organizationId, repositoryId, visibility } = resource;
    const place = { organizationId, repositoryId, visibility };
    const target: Resource =
      purl === undefined ? { kind: 'repository', ...place } : { kind: 'package', purl, ...place };
    if (!mayDoAnything(caller, target)) throw unknownTarget(index);
    return repositoryId;
  }
}

/** Also who may only write knows that it is there (security.md A7). */
function mayDoAnything(caller: Principal, resource: Resource): boolean {
  return actions.some((action) => can(caller, action, resource).allowed);
}

function unknownTarget(index: number): DomainError {
  const code = 'token.scope-unknown';
  const message = 'There is no such thing, or you may not know of it.';
  return new DomainError('invalid', code, 'A scope names something that was not found.', {
    details: { errors: [{ field: `body.scopes.${index}.on`, code, message }] },
  });
}
