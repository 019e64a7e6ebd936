import { Module } from '@nestjs/common';
import { OneTimeSecretsRepository } from './one-time-secrets.repository.js';

@Module({ providers: [OneTimeSecretsRepository], exports: [OneTimeSecretsRepository] })
export class OneTimeSecretsModule {}
