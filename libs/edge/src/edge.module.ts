import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { DomainErrorFilter } from './domain-error.filter.js';
import type { ErrorDialect } from './error-dialect.js';
import { PermissionGuard } from './permission.guard.js';
import { RefusalListener } from './refusal-listener.js';

/** What every service behind the gateway has for all its routes: the permission guard and the error filter. */
@Module({})
export class EdgeModule {
  static forDialect(dialect: ErrorDialect): DynamicModule {
    return {
      module: EdgeModule,
      providers: [
        { provide: APP_GUARD, useClass: PermissionGuard },
        {
          provide: APP_FILTER,
          inject: [{ token: RefusalListener, optional: true }],
          useFactory: (listener?: RefusalListener) => new DomainErrorFilter(dialect, listener),
        },
      ],
    };
  }
}
