import { Inject, Injectable } from '@nestjs/common';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import type { IdentityProvider } from './external-identity.js';

/** What people know the other systems by. */
@Injectable()
export class ProviderNames {
  constructor(@Inject(SERVICE_CONFIG) private readonly config: AuthConfig) {}

  of(provider: IdentityProvider): string {
    return provider === 'ldap' ? 'the directory (LDAP)' : this.config.WAYBILL_SIGN_ON_NAME;
  }
}
