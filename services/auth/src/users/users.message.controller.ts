import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { describeUser } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { UserDescriptions } from './user-descriptions.service.js';

@Controller()
export class UsersMessageController {
  constructor(private readonly descriptions: UserDescriptions) {}

  @Answers(describeUser)
  async describe(request: RequestOf<typeof describeUser>): Promise<ReplyOf<typeof describeUser>> {
    return { user: await this.descriptions.describe(request.principal, request.username) };
  }
}
