import { Body, Controller, Delete, HttpCode, Param, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { callerOf, proofOf, Requires, StepUp } from '@waybill/edge';
import { Documented, personProofErrors } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { PersonProof } from '../person-proof/person-proof.js';
import { PersonProofBody } from '../person-proof/person-proof.schema.js';
import { Installation } from '../users/installation.resource.js';
import { UsersRepository } from '../users/users.repository.js';
import { TwoFactorService } from './two-factor.service.js';

/** For people who lost their authenticator and their recovery codes. */
@Controller('api/v1/users/:username/two-factor')
export class UserTwoFactorHttpController {
  constructor(
    private readonly twoFactor: TwoFactorService,
    private readonly users: UsersRepository,
    private readonly person: PersonProof,
  ) {}

  @Delete()
  @HttpCode(204)
  @Requires('admin', Installation)
  @StepUp()
  @Documented({
    summary: 'Disable somebody’s second factor',
    description: 'This is for people: with a token, who has a second factor gives a `code` of their own along.',
    status: 204,
    operation: 'disableTwoFactorOf',
    errors: [...personProofErrors, 'two-factor.throttled 429'],
  })
  async disable(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() body?: PersonProofBody,
  ): Promise<void> {
    const user = await this.users.findByUsername(username);
    if (user === undefined || user.suspended) {
      throw new DomainError('not-found', 'not-found', 'That user was not found.');
    }
    await this.person.prove(callerOf(request), proofOf(request, body?.code));
    await this.twoFactor.disable(actorOfRequest(request), user.userId);
  }
}
