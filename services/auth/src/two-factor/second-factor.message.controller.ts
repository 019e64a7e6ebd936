import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { proveSecondFactor } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { Answers } from '@waybill/messaging';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { UsersRepository } from '../users/users.repository.js';

/** Second factors where a token alone is not enough, asked by the service that decides that. */
@Controller()
export class SecondFactorMessageController {
  constructor(
    private readonly users: UsersRepository,
    private readonly login: PasswordLogin,
  ) {}

  @Answers(proveSecondFactor)
  async prove({
    principal,
    code,
    clientAddress,
  }: RequestOf<typeof proveSecondFactor>): Promise<ReplyOf<typeof proveSecondFactor>> {
    const user = principal.kind === 'anonymous' ? undefined : await this.users.findById(principal.userId);
    if (user === undefined || user.suspended) {
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    }
    if (user.kind !== 'person') return { account: 'service', secondFactor: 'none' };
    if (user.twoFactorEnabledAt === null) return { account: 'person', secondFactor: 'none' };
    await this.login.proveAgain(user.userId, { code, clientAddress });
    return { account: 'person', secondFactor: 'proven' };
  }
}
