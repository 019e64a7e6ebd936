import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { IdempotencyModule, requestValidation } from '@waybill/management-api';
import { AccountsModule } from './accounts/accounts.module.js';
import { ApproversModule } from './approvers/approvers.module.js';
import { BootstrapModule } from './bootstrap/bootstrap.module.js';
import { GrantsModule } from './grants/grants.module.js';
import { EmailVerificationModule } from './email-verification/email-verification.module.js';
import { IntrospectionModule } from './introspection/introspection.module.js';
import { InvitationsModule } from './invitations/invitations.module.js';
import { MailPagesModule } from './mail-pages/mail-pages.module.js';
import { MembershipsModule } from './memberships/memberships.module.js';
import { NoStoreInterceptor } from './no-store.interceptor.js';
import { OidcIssuersModule } from './oidc-issuers/oidc-issuers.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { PackageOwnersModule } from './package-owners/package-owners.module.js';
import { PasswordResetsModule } from './password-resets/password-resets.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { RegistrationModule } from './registration/registration.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SingleSignOnModule } from './single-sign-on/single-sign-on.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { TrustedPublishersModule } from './trusted-publishers/trusted-publishers.module.js';
import { TwoFactorModule } from './two-factor/two-factor.module.js';
import { UsersModule } from './users/users.module.js';
import { WebLoginModule } from './web-login/web-login.module.js';
import { WorkspaceModule } from './workspace/workspace.module.js';
import { DeployTokensModule } from './deploy-tokens/deploy-tokens.module.js';
import { LeaksModule } from './leaks/leaks.module.js';
import { ServiceAccountsModule } from './service-accounts/service-accounts.module.js';
import { TokenCareModule } from './token-care/token-care.module.js';
import { TokenExchangeModule } from './token-exchange/token-exchange.module.js';
import { TokenReportsModule } from './token-reports/token-reports.module.js';

@Module({
  imports: [
    AccountsModule,
    ApproversModule,
    BootstrapModule,
    DeployTokensModule,
    GrantsModule,
    IdempotencyModule,
    EmailVerificationModule,
    IntrospectionModule,
    InvitationsModule,
    LeaksModule,
    MailPagesModule,
    MembershipsModule,
    OidcIssuersModule,
    OrganizationsModule,
    PackageOwnersModule,
    PasswordResetsModule,
    ProfilesModule,
    ServiceAccountsModule,
    RegistrationModule,
    SessionsModule,
    SingleSignOnModule,
    TeamsModule,
    TokenCareModule,
    TokenExchangeModule,
    TokenReportsModule,
    TokensModule,
    TrustedPublishersModule,
    TwoFactorModule,
    UsersModule,
    WebLoginModule,
    WorkspaceModule,
  ],
  providers: [
    { provide: APP_PIPE, useFactory: requestValidation },
    { provide: APP_INTERCEPTOR, useClass: NoStoreInterceptor },
  ],
})
export class AppModule {}
