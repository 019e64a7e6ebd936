import { Injectable } from '@nestjs/common';
import type { OrganizationId, Principal } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import { InvitationAnswersService } from '../invitations/invitation-answers.service.js';
import type { ListedInvitation } from '../invitations/invitations.repository.js';
import type { OrganizationEntity } from '../organizations/organization.entity.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { OwnTeam, TokenCounts } from './workspace.repository.js';
import { WorkspaceRepository } from './workspace.repository.js';

type Somebody = Exclude<Principal, { kind: 'anonymous' }>;

interface First<Item> {
  readonly items: readonly Item[];
  readonly more: boolean;
}

/** What the start page of a person shows. */
export interface Workspace {
  readonly caller: Somebody;
  readonly organizations: First<OrganizationEntity>;
  readonly teams: First<OwnTeam>;
  readonly invitations: First<ListedInvitation>;
  readonly tokens: TokenCounts;
}

const maxOrganizations = 100;
const maxTeams = 100;
const maxInvitations = 50;
/** As tokens are marked in their list. */
const soonDays = 14;

@Injectable()
export class WorkspaceService {
  constructor(
    private readonly workspace: WorkspaceRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly invitations: InvitationAnswersService,
  ) {}

  /** Of a token only what it reaches. Throws `unauthenticated` for nobody. */
  async of(caller: Principal): Promise<Workspace> {
    if (caller.kind === 'anonymous') throw new DomainError('unauthenticated', 'auth.required', 'You must sign in.');
    const { userId } = caller;
    const own = ownOrganizations(caller);
    const [organizations, teams, invitations, tokens] = await Promise.all([
      this.organizations.list('', maxOrganizations + 1, own),
      this.workspace.teamsOf(userId, own, maxTeams + 1),
      this.invitations.list(userId, { after: undefined, limit: maxInvitations + 1 }),
      this.workspace.tokensOf(userId, soonDays),
    ]);
    return {
      caller,
      organizations: firstOf(organizations, maxOrganizations),
      teams: firstOf(teams, maxTeams),
      invitations: firstOf(invitations, maxInvitations),
      tokens,
    };
  }
}

/** Those that gave the caller something on the organization itself; an administrator of the installation may read others, too. */
function ownOrganizations(caller: Somebody): OrganizationId[] {
  const ids = caller.grants.flatMap((grant) => {
    if (grant.kind !== 'organization' && grant.kind !== 'organization-actions') return [];
    const { organizationId } = grant;
    return can(caller, 'read', { kind: 'organization', organizationId }).allowed ? [organizationId] : [];
  });
  return [...new Set(ids)];
}

function firstOf<Item>(found: readonly Item[], limit: number): First<Item> {
  return { items: found.slice(0, limit), more: found.length > limit };
}
