import { Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { notThere } from '../not-there.js';
import type { OrganizationEntity } from '../organizations/organization.entity.js';
import { TeamsService } from '../teams/teams.service.js';
import type { GrantId } from './grant.entity.js';
import type { GrantsQuery, GrantView } from './grant.schema.js';
import { viewOfGrant } from './grant.schema.js';
import type { FoundTarget } from './grant-targets.service.js';
import { GrantTargets } from './grant-targets.service.js';
import type { GrantFilter } from './grants.repository.js';
import { GrantsRepository } from './grants.repository.js';
import { SubjectsRepository } from './subjects.repository.js';

type Filters = Pick<GrantsQuery, 'subject' | 'kind' | 'repository'>;

/** A grant as people see it, and the version that its ETag tells. */
export interface ShownGrant {
  readonly view: GrantView;
  readonly version: number;
}

@Injectable()
export class GrantsReader {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly targets: GrantTargets,
    private readonly subjects: SubjectsRepository,
    private readonly teams: TeamsService,
  ) {}

  /** All that an organization and its sources give. A filter that names what there is not finds nothing. */
  async list(
    caller: Principal,
    organization: OrganizationEntity,
    {
      filters,
      after,
      limit,
    }: { readonly filters: Filters; readonly after: string | undefined; readonly limit: number },
  ): Promise<GrantView[]> {
    const { organizationId, name } = organization;
    const found = await this.#filterOf(caller, organization, filters);
    if (found === undefined) return [];
    const page = { organizationId, after: after as GrantId | undefined, limit };
    return (await this.grants.list({ ...found, ...page })).map((grant) => viewOfGrant(grant, name));
  }

  /** What was given on a repository and in it, or on one package, also by sources. */
  async listOn(
    target: FoundTarget,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
  ): Promise<GrantView[]> {
    const page = { organizationId: target.organizationId, after: after as GrantId | undefined, limit };
    return (await this.grants.list({ ...page, ...withinOf(target) })).map((grant) => viewOfGrant(grant, ''));
  }

  /** Throws what is thrown for what there is not. */
  async view(
    caller: Principal,
    organization: Pick<OrganizationEntity, 'organizationId'> & { readonly name?: string },
    grantId: string,
  ): Promise<ShownGrant> {
    const { organizationId, name = '' } = organization;
    const grant = isUuid(grantId) ? await this.grants.findListed(organizationId, grantId as GrantId) : undefined;
    if (grant === undefined) throw notThere(caller);
    return { view: viewOfGrant(grant, name), version: grant.version };
  }

  /** Undefined: the filter names what there is not. */
  async #filterOf(
    caller: Principal,
    organization: OrganizationEntity,
    { subject, kind, repository }: Filters,
  ): Promise<Omit<GrantFilter, 'organizationId' | 'limit'> | undefined> {
    const resource = repository === undefined ? undefined : await this.targets.resolve(repository);
    if (repository !== undefined && resource?.organizationId !== organization.organizationId) return undefined;
    const filter = { kind, repositoryId: resource?.repositoryId };
    if (subject === undefined) return filter;
    const [type, name = ''] = subject.split(':', 2);
    if (type === 'team') {
      const team = await this.teams.find(caller, organization.organizationId, name);
      return team && { ...filter, teamId: team.teamId };
    }
    const account = await this.subjects.account(name);
    const isOne = account !== undefined && account.kind === (type === 'user' ? 'person' : 'service');
    return isOne ? { ...filter, userId: account.userId } : undefined;
  }
}

function withinOf({ repositoryId, packagePurl }: FoundTarget): Pick<GrantFilter, 'repositoryId' | 'packagePurl'> {
  return { repositoryId: repositoryId ?? undefined, packagePurl: packagePurl ?? undefined };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** PostgreSQL fails on what is none. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
