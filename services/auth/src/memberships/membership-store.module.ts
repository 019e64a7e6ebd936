import { Module } from '@nestjs/common';
import { MembershipsRepository } from './memberships.repository.js';

/** Memberships as other nouns need them. */
@Module({ providers: [MembershipsRepository], exports: [MembershipsRepository] })
export class MembershipStoreModule {}
