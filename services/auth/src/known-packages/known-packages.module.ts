import { Module } from '@nestjs/common';
import { KnownPackagesRepository } from './known-packages.repository.js';

@Module({ providers: [KnownPackagesRepository], exports: [KnownPackagesRepository] })
export class KnownPackagesModule {}
