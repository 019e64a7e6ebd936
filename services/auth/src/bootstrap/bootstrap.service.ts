import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, TokenText, UserId } from '@waybill/domain';
import { actions, parseSlug } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import { OrganizationFounder } from '../organizations/organization-founder.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { requireAcceptablePassword } from '../passwords/password.rules.js';
import { expiryOf } from '../tokens/token.rules.js';
import { TokenMinter } from '../tokens/token-minter.js';
import { parseUsername } from '../users/username.rules.js';
import { UsersRepository } from '../users/users.repository.js';

export interface FirstAdministrator {
  readonly username: string;
  readonly password: string;
  readonly organization: string;
}

export interface Bootstrapped {
  readonly organizationId: OrganizationId;
  readonly token: TokenText;
}

@Injectable()
export class BootstrapService {
  constructor(
    private readonly users: UsersRepository,
    private readonly founder: OrganizationFounder,
    private readonly organizations: OrganizationsRepository,
    private readonly minter: TokenMinter,
    private readonly hasher: PasswordHasher,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Undefined when there are users: an installation is begun once, however many try at the same time. Throws `invalid`. */
  async bootstrap(first: FirstAdministrator): Promise<Bootstrapped | undefined> {
    if (!(await this.users.isEmpty())) return undefined;
    const username = parseUsername(first.username);
    const organization = parseSlug(first.organization);
    requireAcceptablePassword(first.password);
    const passwordHash = await this.hasher.hash(first.password);
    const userId = randomUUID() as UserId;
    return this.unitOfWork.run(async (manager) => {
      if (!(await this.users.isEmptyExclusively(manager))) return undefined;
      await this.users.insert(manager, { userId, username, email: null, passwordHash, installationAdmin: true });
      const organizationId = await this.founder.found(manager, organization, userId, 'operator');
      const { token, text } = await this.minter.mint(manager, {
        userId,
        description: 'First token, for everything',
        scopes: [{ actions, on: { kind: 'everything' } }],
        expiresAt: this.#longestExpiry(),
      });
      await this.audit.record(
        manager,
        { actor: 'operator' },
        {
          action: 'installation.bootstrap',
          subject: `user:${userId}`,
          details: { username, organizationId, tokenId: token.tokenId },
        },
      );
      return { organizationId, token: text };
    });
  }

  /** What an earlier call made, for a caller that was cut off before it heard of it. */
  async organizationNamed(name: string): Promise<OrganizationId | null> {
    return (await this.organizations.findByName(parseSlug(name)))?.organizationId ?? null;
  }

  #longestExpiry(): Date {
    const maxDays = this.config.WAYBILL_TOKEN_MAX_DAYS;
    return expiryOf({ now: new Date(), wanted: undefined, defaultDays: maxDays, maxDays, ceiling: undefined });
  }
}
