import { Injectable } from '@nestjs/common';
import type { Principal, UserId } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { mayNameAnybody } from '../memberships/membership.rules.js';
import { notThere } from '../not-there.js';
import type { TeamId } from '../teams/team.entity.js';
import type { InOrganization } from '../teams/teams.service.js';
import { TeamsService } from '../teams/teams.service.js';
import type { GrantSubject } from './grant.schema.js';
import { SubjectsRepository } from './subjects.repository.js';

type SubjectKey =
  { readonly teamId: TeamId; readonly userId: null } | { readonly teamId: null; readonly userId: UserId };

/** Whom a grant is for. */
export interface FoundSubject {
  readonly key: SubjectKey;
  /** A person who is no member of the organization. */
  readonly isOutside: boolean;
}

@Injectable()
export class GrantSubjects {
  constructor(
    private readonly subjects: SubjectsRepository,
    private readonly teams: TeamsService,
  ) {}

  /** Undefined for a person or a service account that there is not; throws for such a team what a hidden one is answered with. */
  async find(manager: EntityManager, where: InOrganization, named: GrantSubject): Promise<FoundSubject | undefined> {
    const { caller, organizationId } = where;
    if ('team' in named) {
      // Teams are named by who may see the organization; others learn of none.
      if (!can(caller, 'read', { kind: 'organization', organizationId }).allowed) throw notThere(caller);
      const { teamId } = await this.teams.view(caller, organizationId, named.team, manager);
      return { key: { teamId, userId: null }, isOutside: false };
    }
    const isPerson = 'user' in named;
    const account = await this.subjects.account(isPerson ? named.user : named.serviceAccount, manager);
    if (account === undefined || account.kind !== (isPerson ? 'person' : 'service')) return undefined;
    const isOutside = !(await this.subjects.belongs(manager, account, organizationId));
    if (isOutside && !isPerson) return undefined;
    return { key: { teamId: null, userId: account.userId }, isOutside };
  }
}

/**
 * Nobody is given anything by an organization that they never said yes to, but by an administrator of the installation. Throws
 * `not-found` `user.not-found`, the same for who is not of the organization as for who is not there (security.md A6).
 */
export function requireNamed(caller: Principal, subject: FoundSubject | undefined): asserts subject is FoundSubject {
  if (subject !== undefined && (!subject.isOutside || mayNameAnybody(caller))) return;
  const message = 'No member or service account of the organization has that name: others are invited first.';
  throw new DomainError('not-found', 'user.not-found', message);
}
