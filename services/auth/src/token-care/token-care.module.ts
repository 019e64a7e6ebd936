import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { MailModule } from '../mail/mail.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { TokenCareRepository } from './token-care.repository.js';
import { TokenCare } from './token-care.turn.js';
import { TokenRecipients } from './token-recipients.js';

@Module({
  imports: [CredentialChangesModule, MailModule, TokensModule],
  providers: [TokenCare, TokenCareRepository, TokenRecipients],
  exports: [TokenRecipients],
})
export class TokenCareModule {}
