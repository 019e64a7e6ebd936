import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { AuthConfig } from '../config.js';
import { DirectoriesModule } from '../directories/directories.module.js';
import { SecondFactorModule } from '../two-factor/second-factor.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { LoginThrottle } from './login-throttle.js';
import { MemoryLoginThrottle } from './memory-login-throttle.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordLogin } from './password-login.service.js';
import { SignInFailures } from './sign-in-failures.js';

@Module({
  imports: [AuditModule, DirectoriesModule, SecondFactorModule, UserAccountsModule],
  providers: [
    PasswordHasher,
    PasswordLogin,
    SignInFailures,
    { provide: LoginThrottle, inject: [SERVICE_CONFIG], useFactory: throttleOf },
  ],
  exports: [PasswordHasher, PasswordLogin, SignInFailures],
})
export class PasswordsModule {}

function throttleOf(config: AuthConfig): LoginThrottle {
  return new MemoryLoginThrottle({
    windowSeconds: config.WAYBILL_LOGIN_WINDOW_MINUTES * 60,
    failuresPerAddress: config.WAYBILL_LOGIN_FAILURES_PER_ADDRESS,
    failuresPerUsername: config.WAYBILL_LOGIN_FAILURES_PER_USERNAME,
  });
}
