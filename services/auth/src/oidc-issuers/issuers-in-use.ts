import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { issuerUnknown } from './id-token.errors.js';
import { registrationOf } from './known-issuer.rules.js';
import { KnownIssuers } from './known-issuers.js';
import { OidcIssuersRepository } from './oidc-issuers.repository.js';
import type { IssuerReach, VerifiedIssuer } from './verified-id-token.js';

/** For who mints a token: the issuer stays what it was when its token was verified, until the transaction ends. */
@Injectable()
export class IssuersInUse {
  constructor(
    private readonly issuers: OidcIssuersRepository,
    private readonly known: KnownIssuers,
  ) {}

  /**
   * For a publisher of this organization. Throws `unauthenticated` `oidc.issuer-unknown` for an issuer that was disabled, deleted or
   * registered otherwise since the token was verified. An administrator who does that waits for this transaction, and then ends what
   * it minted; no exchange overtakes them. Call it before publishers and tokens are locked.
   */
  async hold(
    manager: EntityManager,
    { url, registration }: VerifiedIssuer,
    organizationId: OrganizationId,
  ): Promise<void> {
    await this.issuers.shareUrl(manager, url);
    const readings = await this.known.readings(url, manager);
    const still = readings.some(
      (reading) => registrationOf(reading) === registration && reaches(reading.organizations, organizationId),
    );
    if (!still) throw issuerUnknown();
  }
}

function reaches(organizations: IssuerReach, organizationId: OrganizationId): boolean {
  return organizations === 'all' || organizations.includes(organizationId);
}
