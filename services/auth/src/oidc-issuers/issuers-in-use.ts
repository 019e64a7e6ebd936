import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { issuerUnknown } from './id-token.errors.js';
import { readingsOf, registrationOf } from './known-issuer.rules.js';
import { OidcIssuersRepository } from './oidc-issuers.repository.js';
import type { VerifiedIssuer } from './verified-id-token.js';

/** For who mints a token: the issuer stays what it was when its token was verified, until the transaction ends. */
@Injectable()
export class IssuersInUse {
  constructor(private readonly issuers: OidcIssuersRepository) {}

  /**
   * For a publisher of this organization. Throws `unauthenticated` `oidc.issuer-unknown` for an issuer that was disabled, deleted or
   * registered otherwise since the token was verified. An administrator who does that waits for this transaction, and then ends what
   * it minted; no exchange overtakes them. Call it before publishers and tokens are locked.
   */
  async hold(manager: EntityManager, issuer: VerifiedIssuer, organizationId: OrganizationId): Promise<void> {
    await this.issuers.shareUrl(manager, issuer.url);
    if (!(await this.isStill(manager, issuer, organizationId))) throw issuerUnknown();
  }

  /** What `hold` does first, as a part of the statement that locks what is locked next. */
  holdPart(url: string): StatementPart {
    return this.issuers.sharePart(url);
  }

  /** What `hold` does then, in a statement after that one. */
  async isStill(
    manager: EntityManager,
    { url, registration, algorithm }: VerifiedIssuer,
    organizationId: OrganizationId,
  ): Promise<boolean> {
    const [reading] = readingsOf(url, algorithm, await this.issuers.seenBy(organizationId, url, manager));
    const signs = reading?.algorithms.some((known) => known === algorithm) === true;
    return signs && registrationOf(reading) === registration;
  }
}
