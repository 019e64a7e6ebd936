import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { OutboundClient } from '@waybill/outbound';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { PublishConfig } from '../config.js';

/** The way out to forges, as far as the operator lets it go (security.md W3). */
@Injectable()
export class ForgeOutbound extends OutboundClient implements OnModuleDestroy {
  constructor(@Inject(SERVICE_CONFIG) config: Partial<PublishConfig>) {
    super({
      allowedNetworks: config.WAYBILL_FORGE_ALLOWED_NETWORKS ?? [],
      allowHttp: config.WAYBILL_FORGE_ALLOW_HTTP === 'yes',
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.close();
  }
}
