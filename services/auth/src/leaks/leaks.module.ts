import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { MailModule } from '../mail/mail.module.js';
import { TokenCareModule } from '../token-care/token-care.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { LeakReportThrottle } from './leak-report.throttle.js';
import { LeakReports } from './leak-reports.service.js';
import { LeakedTokensMessageController } from './leaked-tokens.message.controller.js';
import { LeakedTokensHttpController } from './leaked-tokens.http.controller.js';

@Module({
  imports: [CredentialChangesModule, MailModule, TokenCareModule, TokensModule],
  controllers: [LeakedTokensHttpController, LeakedTokensMessageController],
  providers: [LeakReports, LeakReportThrottle],
})
export class LeaksModule {}
