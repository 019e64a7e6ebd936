import { Module } from '@nestjs/common';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { TokenReportHttpController } from './token-report.http.controller.js';
import { TokenReportRepository } from './token-report.repository.js';
import { TokenReport } from './token-report.service.js';

@Module({
  imports: [OrganizationStoreModule, UserAccountsModule],
  controllers: [TokenReportHttpController],
  providers: [TokenReport, TokenReportRepository],
})
export class TokenReportsModule {}
