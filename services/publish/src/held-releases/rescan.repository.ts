import { Injectable } from '@nestjs/common';
import type { AuditedAction } from '@waybill/audit';
import type { EntityManager } from 'typeorm';

@Injectable()
export class RescanRepository {
  /** As the audit calls it. */
  static readonly action: AuditedAction = 'release.rescan';

  /** How often the audit says so of this subject, and how long ago the last time is. Under the lock of its package. */
  async before(manager: EntityManager, subject: string): Promise<{ count: number; secondsAgo: number | null }> {
    const [row] = await manager.query<{ count: number; secondsAgo: number | null }[]>(
      `SELECT count(*)::integer AS count, extract(epoch FROM now() - max(at))::float AS "secondsAgo"
         FROM audit_events WHERE subject = $1 AND action = $2`,
      [subject, RescanRepository.action],
    );
    return row ?? { count: 0, secondsAgo: null };
  }
}
