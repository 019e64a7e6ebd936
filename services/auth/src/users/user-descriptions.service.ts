import { Injectable } from '@nestjs/common';
import type { Principal } from '@waybill/domain';
import { can } from '@waybill/domain';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { UsersRepository } from './users.repository.js';

export interface UserDescription {
  readonly username: string;
  readonly email: string | null;
}

@Injectable()
export class UserDescriptions {
  constructor(
    private readonly users: UsersRepository,
    private readonly memberships: MembershipsRepository,
  ) {}

  /** A user as the principal may see them: all of oneself, the names of those one shares an organization with, else null. */
  async describe(principal: Principal, username: string): Promise<UserDescription | null> {
    const user = await this.users.findByUsername(username.toLowerCase());
    if (user === undefined) return null;
    if (can(principal, 'read', { kind: 'account', userId: user.userId }).allowed) {
      return { username: user.username, email: user.email };
    }
    const shared = await this.memberships.organizationsOf(user.userId);
    const seesOne = shared.some(
      (organizationId) => can(principal, 'read', { kind: 'organization', organizationId }).allowed,
    );
    return seesOne ? { username: user.username, email: null } : null;
  }
}
