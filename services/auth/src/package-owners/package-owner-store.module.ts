import { Module } from '@nestjs/common';
import { PackageOwnersRepository } from './package-owners.repository.js';

/** Owners of packages as other nouns need them. */
@Module({ providers: [PackageOwnersRepository], exports: [PackageOwnersRepository] })
export class PackageOwnerStoreModule {}
