import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { OutboundClient, type OutboundSettings } from '@waybill/outbound';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { NotificationsConfig } from '../config.js';

/** The way out for deliveries, as far as the operator lets them (security.md W3). */
@Injectable()
export class WebhookOutbound implements OnModuleDestroy {
  readonly #client: OutboundClient;

  constructor(@Inject(SERVICE_CONFIG) config: NotificationsConfig) {
    this.#client = clientOf({
      allowedNetworks: listOf(config.WAYBILL_WEBHOOK_ALLOWED_NETWORKS),
      allowHttp: config.WAYBILL_WEBHOOK_ALLOW_HTTP === 'yes',
      lowPorts: listOf(config.WAYBILL_WEBHOOK_LOW_PORTS).map(Number),
    });
  }

  get policy(): OutboundClient['policy'] {
    return this.#client.policy;
  }

  send(request: Parameters<OutboundClient['send']>[0]): ReturnType<OutboundClient['send']> {
    return this.#client.send(request);
  }

  async onModuleDestroy(): Promise<void> {
    await this.#client.close();
  }
}

function clientOf(settings: OutboundSettings): OutboundClient {
  try {
    return new OutboundClient(settings);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new DomainError('invalid', 'config.invalid', `WAYBILL_WEBHOOK_ALLOWED_NETWORKS: ${why}`, { cause: error });
  }
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
