import { Module } from '@nestjs/common';
import { CredentialsModule } from './credentials/credentials.module.js';
import { GatewayListener } from './listener/gateway-listener.js';

@Module({ imports: [CredentialsModule], providers: [GatewayListener] })
export class AppModule {}
