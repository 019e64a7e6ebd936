import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { listMembers, removeMember, setMember } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { NamedOrganizationMembers } from './named-organization-members.service.js';

@Controller()
export class MembershipsMessageController {
  constructor(private readonly members: NamedOrganizationMembers) {}

  @Answers(listMembers)
  async list(request: RequestOf<typeof listMembers>): Promise<ReplyOf<typeof listMembers>> {
    return { members: await this.members.list(request.principal, request.organization) };
  }

  @Answers(setMember)
  async set({ role, ...target }: RequestOf<typeof setMember>): Promise<ReplyOf<typeof setMember>> {
    return this.members.set(target, role);
  }

  @Answers(removeMember)
  async remove(request: RequestOf<typeof removeMember>): Promise<ReplyOf<typeof removeMember>> {
    return { removed: await this.members.remove(request) };
  }
}
