import { Module } from '@nestjs/common';
import { TeamsRepository } from './teams.repository.js';

/** Teams as other nouns need them. */
@Module({ providers: [TeamsRepository], exports: [TeamsRepository] })
export class TeamStoreModule {}
