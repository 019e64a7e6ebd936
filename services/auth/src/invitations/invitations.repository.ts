import { Injectable } from '@nestjs/common';
import { role, userId } from '@waybill/contracts';
import type { OrganizationId, TokenHash, UserId } from '@waybill/domain';
import { sentTime } from '@waybill/management-api';
import { DataSource, type EntityManager, IsNull, LessThanOrEqual } from 'typeorm';
import { z } from 'zod';
import type { InvitationState } from './invitation.entity.js';
import { InvitationEntity } from './invitation.entity.js';

const listedRows = z.array(
  z.object({
    invitationId: z.uuid(),
    organization: z.string(),
    role,
    teams: z.array(z.string()),
    username: z.string().nullable(),
    email: z.string().nullable(),
    invitedBy: z.string(),
    state: z.enum(['open', 'accepted', 'declined', 'revoked']),
    createdAt: z.date(),
    expiresAt: z.date(),
  }),
);
export type ListedInvitation = z.infer<typeof listedRows>[number];

/** Where a page begins: after the last one of the page before, newest first. */
export const invitationPlace = z.object({ createdAt: sentTime, id: z.uuid() });
export type InvitationPlace = z.infer<typeof invitationPlace>;

export interface InvitationPage {
  readonly after: InvitationPlace | undefined;
  readonly limit: number;
}

const listed = `
  SELECT i.invitation_id AS "invitationId", o.name AS organization, i.role, i.username, i.email, i.state,
         b.username AS "invitedBy", date_trunc('milliseconds', i.created_at) AS "createdAt", i.expires_at AS "expiresAt",
         ARRAY(SELECT t.name FROM teams t WHERE t.team_id = ANY (i.team_ids) AND t.organization_id = i.organization_id
               ORDER BY t.name) AS teams
  FROM invitations i JOIN organizations o USING (organization_id) JOIN users b ON b.user_id = i.invited_by`;

const open = `i.state = 'open' AND i.expires_at > now() AND NOT b.suspended`;

const pageEnd = `
  AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', i.created_at), i.invitation_id) < ($2, $3::uuid))
  ORDER BY date_trunc('milliseconds', i.created_at) DESC, i.invitation_id DESC LIMIT $4`;

const inviterRows = z.array(z.object({ userId, manages: z.boolean(), isAdmin: z.boolean(), isOwner: z.boolean() }));
export type Inviter = z.infer<typeof inviterRows>[number];

// What they may do in the organization now, by their role or by what it gave them.
const inviterQuery = `
  SELECT u.user_id AS "userId", m.role IS NOT DISTINCT FROM 'owner' OR u.installation_admin AS "isOwner",
         NOT u.suspended AND (u.installation_admin OR m.role IS NOT DISTINCT FROM 'owner'
           OR m.role IS NOT DISTINCT FROM 'admin' OR 'admin' = ANY (given.actions)) AS "isAdmin",
         NOT u.suspended AND (u.installation_admin OR m.role IS NOT DISTINCT FROM 'owner'
           OR m.role IS NOT DISTINCT FROM 'admin' OR 'manage-access' = ANY (given.actions)) AS manages
  FROM users u LEFT JOIN memberships m ON m.user_id = u.user_id AND m.organization_id = $2,
    LATERAL (SELECT ARRAY(
      SELECT unnest(g.actions) FROM grants g
      WHERE g.organization_id = $2 AND g.kind = 'organization'
        AND (g.user_id = u.user_id OR g.team_id IN (SELECT t.team_id FROM team_members t WHERE t.user_id = u.user_id))
    ) AS actions) given
  WHERE u.user_id = $1`;

@Injectable()
export class InvitationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, invitation: InvitationEntity): Promise<void> {
    await this.#table(manager).insert(invitation);
  }

  async find(manager: EntityManager, invitationId: string): Promise<InvitationEntity | undefined> {
    return (await this.#table(manager).findOneBy({ invitationId })) ?? undefined;
  }

  async findBySecret(secretHash: TokenHash): Promise<InvitationEntity | undefined> {
    return (await this.#table().findOneBy({ secretHash })) ?? undefined;
  }

  /** Reads it and keeps others from answering or revoking it until the transaction ends. */
  async lock(manager: EntityManager, invitationId: string): Promise<InvitationEntity | undefined> {
    const row = await this.#table(manager).findOne({ where: { invitationId }, lock: { mode: 'pessimistic_write' } });
    return row ?? undefined;
  }

  async answer(manager: EntityManager, invitationId: string, state: Exclude<InvitationState, 'open'>): Promise<void> {
    await this.#table(manager).update({ invitationId }, { state, answeredAt: new Date() });
  }

  /** Whether they are invited already; what has expired makes room. */
  async isOpenFor(
    manager: EntityManager,
    organizationId: OrganizationId,
    invitee: { readonly username: string | null; readonly email: string | null },
  ): Promise<boolean> {
    const where = {
      organizationId,
      state: 'open' as const,
      username: invitee.username ?? IsNull(),
      email: invitee.email ?? IsNull(),
    };
    await this.#table(manager).delete({ ...where, expiresAt: LessThanOrEqual(new Date()) });
    return this.#table(manager).existsBy(where);
  }

  /** Those of the last day, and those that are open: what bounds how many there can be, and how much mail. */
  async countRecent(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    const rows: { count: number }[] = await manager.query(
      `SELECT count(*)::int AS count FROM invitations
       WHERE organization_id = $1 AND (state = 'open' OR created_at > now() - interval '1 day')`,
      [organizationId],
    );
    return rows[0]?.count ?? 0;
  }

  /** Open ones of an organization, newest first. */
  listOf(organizationId: OrganizationId, page: InvitationPage): Promise<ListedInvitation[]> {
    return this.#list(`i.organization_id = $1 AND i.state = 'open' AND i.expires_at > now()`, organizationId, page);
  }

  /** Open ones for somebody: by name, and by the address that they verified. */
  listFor(user: UserId, page: InvitationPage): Promise<ListedInvitation[]> {
    const own = `(i.user_id = $1 OR i.email = (SELECT lower(u.email) FROM users u
                  WHERE u.user_id = $1 AND u.email_verified_at IS NOT NULL))`;
    return this.#list(`${own} AND ${open}`, user, page);
  }

  async view(
    invitationId: string,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<ListedInvitation | undefined> {
    return listedRows.parse(await manager.query(`${listed} WHERE i.invitation_id = $1`, [invitationId]))[0];
  }

  /** What became of whoever invited: not suspended, and still of the organization. */
  async inviter(manager: EntityManager, { invitedBy, organizationId }: InvitationEntity) {
    return inviterRows.parse(await manager.query(inviterQuery, [invitedBy, organizationId]))[0];
  }

  /** Makes the new member one of the teams that are still there. */
  async joinTeams(
    manager: EntityManager,
    { teamIds, organizationId }: InvitationEntity,
    member: UserId,
  ): Promise<void> {
    if (teamIds.length === 0) return;
    await manager.query(
      `INSERT INTO team_members (team_id, user_id)
       SELECT team_id, $1 FROM teams WHERE organization_id = $2 AND team_id = ANY ($3::uuid[])
       ON CONFLICT DO NOTHING`,
      [member, organizationId, teamIds],
    );
  }

  async #list(condition: string, id: string, { after, limit }: InvitationPage): Promise<ListedInvitation[]> {
    const values = [id, after?.createdAt ?? null, after?.id ?? null, limit];
    return listedRows.parse(await this.dataSource.query(`${listed} WHERE ${condition} ${pageEnd}`, values));
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(InvitationEntity);
  }
}
