import { Global, Module } from '@nestjs/common';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import { IdempotencyService } from './idempotency.service.js';

/** For the root module of a service with `@Idempotent` routes; its database lists the entity and the migration. */
@Global()
@Module({ providers: [IdempotencyKeysRepository, IdempotencyService], exports: [IdempotencyService] })
export class IdempotencyModule {}
