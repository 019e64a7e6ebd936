import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { OutboundClient } from '@waybill/outbound';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';

/** The way out to issuers, as far as the operator lets it go (security.md T6, W3). */
@Injectable()
export class OidcIssuerOutbound extends OutboundClient implements OnModuleDestroy {
  constructor(@Inject(SERVICE_CONFIG) config: Partial<AuthConfig>) {
    super({
      allowedNetworks: config.WAYBILL_OIDC_ALLOWED_NETWORKS ?? [],
      allowHttp: config.WAYBILL_OIDC_ALLOW_HTTP === 'yes',
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }
}
