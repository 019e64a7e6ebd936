import { Module } from '@nestjs/common';
import { GrantsRepository } from './grants.repository.js';
import { SubjectsRepository } from './subjects.repository.js';

/** Grants, and whom they are given to, as other nouns need them. */
@Module({ providers: [GrantsRepository, SubjectsRepository], exports: [GrantsRepository, SubjectsRepository] })
export class GrantStoreModule {}
