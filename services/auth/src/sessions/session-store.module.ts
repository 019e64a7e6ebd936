import { Module } from '@nestjs/common';
import { SessionsRepository } from './sessions.repository.js';

/** Sessions as other nouns need them. */
@Module({ providers: [SessionsRepository], exports: [SessionsRepository] })
export class SessionStoreModule {}
