import { Module } from '@nestjs/common';
import { KnownRepositoriesRepository } from './known-repositories.repository.js';

@Module({ providers: [KnownRepositoriesRepository], exports: [KnownRepositoriesRepository] })
export class KnownRepositoriesModule {}
