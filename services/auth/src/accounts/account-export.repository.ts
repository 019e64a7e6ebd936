import { Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { z } from 'zod';

const maxAuditEvents = 10_000;
const maxTokens = 1000;

// Never a hash, a sealed secret or a password: each part names its columns (security.md W6).
const parts: Readonly<Record<string, string>> = {
  memberships: `SELECT o.name AS organization, m.role, m.created_at AS since
    FROM memberships m JOIN organizations o USING (organization_id) WHERE m.user_id = $1 ORDER BY o.name`,
  teams: `SELECT o.name AS organization, t.name AS team, m.maintainer, m.created_at AS since
    FROM team_members m JOIN teams t USING (team_id) JOIN organizations o USING (organization_id)
    WHERE m.user_id = $1 ORDER BY o.name, t.name`,
  grants: `SELECT o.name AS organization, g.kind, g.repository_id AS "repositoryId", g.package_purl AS "packagePurl",
      g.purl_prefix AS "purlPrefix", g.role, g.actions, g.created_at AS since
    FROM grants g JOIN organizations o USING (organization_id) WHERE g.user_id = $1 ORDER BY g.created_at`,
  ownedPackages: `SELECT repository_id AS "repositoryId", package_purl AS "packagePurl", granted
    FROM package_owners WHERE user_id = $1 ORDER BY package_purl LIMIT 10000`,
  tokens: `SELECT token_id AS id, prefix, description, scopes, created_at AS "createdAt", expires_at AS "expiresAt",
      last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"
    FROM tokens WHERE user_id = $1 ORDER BY created_at DESC LIMIT ${maxTokens}`,
  sessions: `SELECT session_id AS id, client_address AS "clientAddress", client, created_at AS "createdAt",
      last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
    FROM sessions WHERE user_id = $1 ORDER BY created_at DESC`,
  identities: `SELECT provider, subject, created_at AS "createdAt", last_seen_at AS "lastSeenAt"
    FROM external_identities WHERE user_id = $1 ORDER BY provider`,
  invitations: `SELECT o.name AS organization, i.role, i.state, i.created_at AS "createdAt", i.expires_at AS "expiresAt"
    FROM invitations i JOIN organizations o USING (organization_id) WHERE i.user_id = $1 ORDER BY i.created_at`,
  auditEvents: `SELECT id, at, action, subject, outcome, client_address AS "clientAddress", details
    FROM audit_events WHERE actor_user_id = $1 OR subject = 'user:' || $1::text ORDER BY at DESC LIMIT ${maxAuditEvents}`,
};

const row = z.array(z.record(z.string(), z.unknown()));

/** All that this service knows about somebody, in bounded numbers. */
@Injectable()
export class AccountExport {
  constructor(private readonly dataSource: DataSource) {}

  async of(userId: UserId): Promise<Record<string, readonly Record<string, unknown>[]>> {
    const entries: [string, readonly Record<string, unknown>[]][] = [];
    for (const [name, query] of Object.entries(parts)) {
      entries.push([name, row.parse(await this.dataSource.query(query, [userId]))]);
    }
    return Object.fromEntries(entries);
  }
}
