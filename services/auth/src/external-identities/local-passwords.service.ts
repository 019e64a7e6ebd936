import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import type { UserEntity } from '../users/user.entity.js';
import { ExternalIdentitiesRepository } from './external-identities.repository.js';

/**
 * Who may have a password of this installation: whoever has one, or has nothing else. A first one of somebody whose account
 * a provider or a directory opens would open it still when they have left there.
 */
@Injectable()
export class LocalPasswords {
  constructor(
    private readonly identities: ExternalIdentitiesRepository,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  async isAllowed(manager: EntityManager, { userId, passwordHash }: UserEntity): Promise<boolean> {
    if (passwordHash !== null || this.config.WAYBILL_EXTERNAL_PEOPLE_PASSWORDS) return true;
    return (await this.identities.listOf(userId, manager)).length === 0;
  }

  /** Throws `conflict` `password.elsewhere`. */
  async require(manager: EntityManager, user: UserEntity): Promise<void> {
    if (await this.isAllowed(manager, user)) return;
    const message = 'That account is opened by the identity provider or the directory, and has no password here.';
    throw new DomainError('conflict', 'password.elsewhere', message);
  }
}
