import { Injectable } from '@nestjs/common';
import type { DataOf } from '@waybill/contracts';
import { tokenRevoked } from '@waybill/contracts';
import { Outbox } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { AuditActor } from '../audit/audit-actor.js';
import { AuditService } from '../audit/audit.service.js';
import type { TokenSelection } from './tokens.repository.js';
import { TokensRepository } from './tokens.repository.js';

export interface Revocation {
  readonly reason: DataOf<typeof tokenRevoked>['reason'];
  /** Where a leaked token was found: a package URL and a path. */
  readonly foundIn?: string;
}

/** The one way in which tokens end: row, event for the gateways and audit in one transaction. */
@Injectable()
export class TokenRevoker {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly outbox: Outbox,
    private readonly audit: AuditService,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The number of tokens that worked until now; 0 when they were revoked before. */
  async revoke(by: AuditActor, selection: TokenSelection, { reason, foundIn }: Revocation): Promise<number> {
    return this.unitOfWork.run(async (manager) => {
      const ended = await this.tokens.revoke(manager, selection);
      for (const data of ended) {
        const { tokenId, userId } = data;
        await this.outbox.append(manager, tokenRevoked, {
          aggregate: tokenId,
          aggregateVersion: 1,
          data: { ...data, reason },
        });
        const details = { userId, reason, ...(foundIn === undefined ? {} : { foundIn }) };
        await this.audit.record(manager, by, { action: 'token.revoke', subject: `token:${tokenId}`, details });
      }
      return ended.length;
    });
  }
}
