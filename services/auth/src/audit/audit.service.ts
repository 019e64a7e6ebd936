import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditActor } from './audit-actor.js';
import { AuditRepository } from './audit.repository.js';

/** Every privileged change there is, by its name in the audit. */
export type AuditedAction =
  | 'installation.bootstrap'
  | 'user.create'
  | 'user.change-password'
  | 'user.suspend'
  | 'user.unsuspend'
  | 'user.grant-installation-admin'
  | 'user.revoke-installation-admin'
  | 'organization.create'
  | 'membership.add'
  | 'membership.change'
  | 'membership.remove'
  | 'token.create'
  | 'token.revoke'
  | 'package-owners.change'
  | 'user.change-profile';

export interface AuditEntry {
  readonly action: AuditedAction;
  readonly subject: string;
  /** Facts that explain the change. Never a secret, a hash or a password. */
  readonly details?: Readonly<Record<string, unknown>>;
}

@Injectable()
export class AuditService {
  constructor(private readonly events: AuditRepository) {}

  /** Writes one event in the transaction of the change, so that there is never one without the other (security.md W9). */
  async record(manager: EntityManager, by: AuditActor, entry: AuditEntry): Promise<void> {
    await this.events.insert(manager, {
      id: randomUUID(),
      actor: by.actor,
      actorUserId: by.userId ?? null,
      action: entry.action,
      subject: entry.subject,
      requestId: by.requestId ?? null,
      clientAddress: by.clientAddress ?? null,
      details: entry.details ?? {},
    });
  }
}
