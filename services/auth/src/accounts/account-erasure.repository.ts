import { Injectable } from '@nestjs/common';
import { organizationId } from '@waybill/contracts';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';

const organizationRows = z.array(z.object({ organizationId, name: z.string(), owners: z.int() }));

/**
 * Everything that the person was given or that says something about them. What is left out says who did what: tokens, whose
 * ids are in the audit, and the packages that they own by name, without any right.
 */
const erasures = [
  `UPDATE package_owners SET granted = false WHERE user_id = $1 AND granted`,
  `DELETE FROM memberships WHERE user_id = $1`,
  `DELETE FROM team_members WHERE user_id = $1`,
  `DELETE FROM grants WHERE user_id = $1`,
  `DELETE FROM inherited_roles WHERE user_id = $1`,
  `DELETE FROM invitations WHERE user_id = $1
     OR email = (SELECT lower(email) FROM users WHERE user_id = $1 AND email_verified_at IS NOT NULL)`,
  `UPDATE invitations SET state = 'revoked', answered_at = now() WHERE invited_by = $1 AND state = 'open'`,
  `DELETE FROM one_time_secrets WHERE user_id = $1`,
  `DELETE FROM recovery_codes WHERE user_id = $1`,
  `DELETE FROM two_factors WHERE user_id = $1`,
  `DELETE FROM external_identities WHERE user_id = $1`,
  `DELETE FROM followed_memberships WHERE user_id = $1`,
  `DELETE FROM token_uses WHERE token_id IN (SELECT token_id FROM tokens WHERE user_id = $1)`,
  `UPDATE tokens SET description = '' WHERE user_id = $1`,
  `DELETE FROM web_logins WHERE confirmed_by = $1`,
  `DELETE FROM sessions WHERE user_id = $1`,
] as const;

@Injectable()
export class AccountErasure {
  constructor(private readonly dataSource: DataSource) {}

  /** The organizations that they own, each with the number of its owners, in the order in which they are locked. */
  async ownedOrganizations(
    userId: UserId,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<{ organizationId: OrganizationId; name: string; owners: number }[]> {
    const rows: unknown = await manager.query(
      `SELECT o.organization_id AS "organizationId", o.name,
              (SELECT count(*)::int FROM memberships m JOIN users u USING (user_id)
               WHERE m.organization_id = o.organization_id AND m.role = 'owner' AND NOT u.suspended) AS owners
       FROM memberships own JOIN organizations o USING (organization_id)
       WHERE own.user_id = $1 AND own.role = 'owner' ORDER BY o.organization_id`,
      [userId],
    );
    return organizationRows.parse(rows);
  }

  /** Of a user whose credentials have ended. */
  async erase(manager: EntityManager, userId: UserId): Promise<void> {
    for (const statement of erasures) await manager.query(statement, [userId]);
  }
}
