import { Controller, Delete, HttpCode, Param, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { Installation } from '../users/installation.resource.js';
import { UsersRepository } from '../users/users.repository.js';
import { TwoFactorService } from './two-factor.service.js';

/** For people who lost their authenticator and their recovery codes. */
@Controller('api/v1/users/:username/two-factor')
export class UserTwoFactorHttpController {
  constructor(
    private readonly twoFactor: TwoFactorService,
    private readonly users: UsersRepository,
  ) {}

  @Delete()
  @HttpCode(204)
  @Requires('admin', Installation)
  @StepUp()
  @Documented({
    summary: 'Disable somebody’s second factor',
    status: 204,
    operation: 'disableTwoFactorOf',
    errors: ['auth.step-up-required 403'],
  })
  async disable(@Req() request: FastifyRequest, @Param('username') username: string): Promise<void> {
    const user = await this.users.findByUsername(username);
    if (user === undefined || user.suspended) {
      throw new DomainError('not-found', 'not-found', 'That user was not found.');
    }
    await this.twoFactor.disable(actorOfRequest(request), user.userId);
  }
}
