import { Module } from '@nestjs/common';
import { CredentialChanges } from './credential-changes.js';
import { GatewayNews } from './gateway-news.js';

@Module({ providers: [CredentialChanges, GatewayNews], exports: [CredentialChanges] })
export class CredentialChangesModule {}
