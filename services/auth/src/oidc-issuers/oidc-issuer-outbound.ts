import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AddressPolicy, dnsResolve, OutboundClient } from '@waybill/outbound';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';

/** The way out to issuers, as far as the operator lets it go (security.md T6, W3). */
@Injectable()
export class OidcIssuerOutbound extends OutboundClient implements OnModuleDestroy {
  constructor(@Inject(SERVICE_CONFIG) config: Partial<AuthConfig>) {
    const allowedNetworks = config.WAYBILL_OIDC_ALLOWED_NETWORKS ?? [];
    const named = new AddressPolicy(allowedNetworks);
    super(
      {
        allowedNetworks,
        allowHttp: config.WAYBILL_OIDC_ALLOW_HTTP === 'yes',
        httpSetting: 'WAYBILL_OIDC_ALLOW_HTTP',
      },
      // Issuers are verified with the threads that the system's resolver would wait in.
      { resolve: dnsResolve({ isSystemName: (hostname) => named.allowsHost(hostname) }) },
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }
}
