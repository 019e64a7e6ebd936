import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { grantsChanged, organizationChanged, tokenRevoked } from '@waybill/contracts';
import { HearsEvent } from '@waybill/messaging';
import { PrincipalCache } from './principal-cache.js';

/** Every replica of the gateway hears at once what must not be remembered any more (architecture.md §6). */
@Injectable()
export class RevocationListener {
  constructor(private readonly principals: PrincipalCache) {}

  @HearsEvent(tokenRevoked)
  onTokenRevoked(event: EventEnvelope<DataOf<typeof tokenRevoked>>): Promise<void> {
    this.principals.revokeCredential(event.data.tokenHash);
    return Promise.resolve();
  }

  @HearsEvent(grantsChanged)
  onGrantsChanged(event: EventEnvelope<DataOf<typeof grantsChanged>>): Promise<void> {
    this.principals.forgetUser(event.data.userId);
    return Promise.resolve();
  }

  @HearsEvent(organizationChanged)
  onOrganizationChanged(event: EventEnvelope<DataOf<typeof organizationChanged>>): Promise<void> {
    if (event.data.accessChanged) this.principals.forgetAll();
    return Promise.resolve();
  }
}
