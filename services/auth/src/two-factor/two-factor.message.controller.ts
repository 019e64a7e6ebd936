import { Controller } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { beginTwoFactor, confirmTwoFactor, disableTwoFactor } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { Answers } from '@waybill/messaging';
import { requireAllowed } from '../require-allowed.js';
import { TwoFactorService } from './two-factor.service.js';

/** Second factors as native clients set them up (`npm profile enable-2fa`): a password stands for the fresh session. */
@Controller()
export class TwoFactorMessageController {
  constructor(private readonly twoFactor: TwoFactorService) {}

  @Answers(beginTwoFactor)
  async begin(request: RequestOf<typeof beginTwoFactor>): Promise<ReplyOf<typeof beginTwoFactor>> {
    const { principal, installation, ...attempt } = request;
    requireMayManage(principal);
    const proven = await this.twoFactor.prove(principal.userId, { ...attempt, username: principal.username });
    return { otpauthUri: (await this.twoFactor.begin(principal.userId, installation, proven)).otpauthUri };
  }

  /** What was begun was begun with the password; only who has its secret has a code of it. */
  @Answers(confirmTwoFactor)
  async confirm(request: RequestOf<typeof confirmTwoFactor>): Promise<ReplyOf<typeof confirmTwoFactor>> {
    const { principal, code, clientAddress } = request;
    requireMayManage(principal);
    const by = { ...actorOfPrincipal(principal), clientAddress };
    const recoveryCodes = await this.twoFactor.confirm({ by, userId: principal.userId }, code);
    return { recoveryCodes: [...recoveryCodes] };
  }

  @Answers(disableTwoFactor)
  async disable(request: RequestOf<typeof disableTwoFactor>): Promise<ReplyOf<typeof disableTwoFactor>> {
    const { principal, ...attempt } = request;
    requireMayManage(principal);
    const proven = await this.twoFactor.prove(principal.userId, { ...attempt, username: principal.username });
    const { clientAddress } = attempt;
    await this.twoFactor.disable({ ...actorOfPrincipal(principal), clientAddress }, principal.userId, proven);
    return {};
  }
}

function requireMayManage(principal: Principal): asserts principal is Exclude<Principal, { kind: 'anonymous' }> {
  const resource = principal.kind === 'anonymous' ? undefined : { kind: 'account' as const, userId: principal.userId };
  requireAllowed(principal, 'metadata', { resource, what: 'Your profile' });
}
