import { Injectable } from '@nestjs/common';
import type { OrganizationId, PackagePurl } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { keysOfPackage } from '../namespaces/namespace.rules.js';

/** Whether a name may be in an organization that it was not in a moment ago: one that is restored, or moved there. */
@Injectable()
export class ReservedNameRepository {
  /** As `check-namespace` of the pipeline decides on new names. Errors: `forbidden` `namespace.reserved`. */
  async assertFree(manager: EntityManager, purl: PackagePurl, organizationId: OrganizationId): Promise<void> {
    const keys = keysOfPackage(purl);
    if (keys === undefined) return;
    const [narrowest] = await manager.query<{ organization_id: OrganizationId }[]>(
      `SELECT organization_id FROM namespaces
        WHERE ecosystem = $1 AND state = 'verified' AND match_key = ANY($2::text[]) AND (NOT exact OR match_key = $3)
        ORDER BY length(match_key) DESC, exact DESC LIMIT 1`,
      [keys.ecosystem, keys.candidates, keys.key],
    );
    if (narrowest === undefined || narrowest.organization_id === organizationId) return;
    throw new DomainError(
      'forbidden',
      'namespace.reserved',
      'Another organization has reserved this name: only its own repositories may have packages under it.',
    );
  }
}
