import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { IdempotencyModule, requestValidation } from '@waybill/management-api';
import { BootstrapModule } from './bootstrap/bootstrap.module.js';
import { IntrospectionModule } from './introspection/introspection.module.js';
import { InvitationsModule } from './invitations/invitations.module.js';
import { MembershipsModule } from './memberships/memberships.module.js';
import { NoStoreInterceptor } from './no-store.interceptor.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { PackageOwnersModule } from './package-owners/package-owners.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SingleSignOnModule } from './single-sign-on/single-sign-on.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { TwoFactorModule } from './two-factor/two-factor.module.js';
import { UsersModule } from './users/users.module.js';
import { WebLoginModule } from './web-login/web-login.module.js';

@Module({
  imports: [
    BootstrapModule,
    IdempotencyModule,
    IntrospectionModule,
    InvitationsModule,
    MembershipsModule,
    OrganizationsModule,
    PackageOwnersModule,
    ProfilesModule,
    SessionsModule,
    SingleSignOnModule,
    TokensModule,
    TwoFactorModule,
    UsersModule,
    WebLoginModule,
  ],
  providers: [
    { provide: APP_PIPE, useFactory: requestValidation },
    { provide: APP_INTERCEPTOR, useClass: NoStoreInterceptor },
  ],
})
export class AppModule {}
