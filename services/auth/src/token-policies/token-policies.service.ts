import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { TokenPolicy } from './token-policies.repository.js';
import { TokenPoliciesRepository } from './token-policies.repository.js';

@Injectable()
export class TokenPoliciesService {
  constructor(
    private readonly policies: TokenPoliciesRepository,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  view(organizationId: OrganizationId): Promise<TokenPolicy> {
    return this.policies.find(organizationId);
  }

  /**
   * For tokens that are made from now on. `requireVersion` throws where the caller has read an older policy. Setting what is
   * set already changes nothing.
   */
  set(
    by: AuditActor,
    organizationId: OrganizationId,
    { maxTokenDays, requireVersion }: Pick<TokenPolicy, 'maxTokenDays'> & { requireVersion: (is: number) => void },
  ): Promise<TokenPolicy> {
    return this.unitOfWork.run(async (manager) => {
      const before = await this.policies.lock(manager, organizationId);
      requireVersion(before.version);
      if (before.maxTokenDays === maxTokenDays && before.version > 0) return before;
      const policy = { maxTokenDays, version: before.version + 1 };
      await this.policies.set(manager, organizationId, policy);
      await this.audit.record(manager, by, {
        action: 'token-policy.change',
        subject: `organization:${organizationId}`,
        organizationId,
        details: { maxTokenDays, before: before.maxTokenDays },
      });
      return policy;
    });
  }
}
