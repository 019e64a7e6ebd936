import { defineService } from '@waybill/service-host';
import { AppModule } from './app.module.js';
import { gatewayConfig } from './config.js';

export { GatewayListener } from './listener/gateway-listener.js';

export const service = defineService({
  name: 'gateway',
  config: gatewayConfig,
  module: () => AppModule,
});
