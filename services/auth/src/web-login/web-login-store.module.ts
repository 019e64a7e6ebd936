import { Module } from '@nestjs/common';
import { WebLoginsRepository } from './web-logins.repository.js';

/** Web logins as other nouns need them. */
@Module({ providers: [WebLoginsRepository], exports: [WebLoginsRepository] })
export class WebLoginStoreModule {}
