import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { grantTeamPackage, listTeamGrants, revokeTeamPackage } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { TeamGrants } from './team-grants.service.js';

@Controller()
export class TeamGrantsMessageController {
  constructor(private readonly teamGrants: TeamGrants) {}

  @Answers(grantTeamPackage)
  async give({ permission, ...on }: RequestOf<typeof grantTeamPackage>): Promise<ReplyOf<typeof grantTeamPackage>> {
    await this.teamGrants.give(on, permission);
    return { granted: true };
  }

  @Answers(revokeTeamPackage)
  async take(on: RequestOf<typeof revokeTeamPackage>): Promise<ReplyOf<typeof revokeTeamPackage>> {
    return { revoked: await this.teamGrants.take(on) };
  }

  @Answers(listTeamGrants)
  async list({ repositoryId, ...named }: RequestOf<typeof listTeamGrants>): Promise<ReplyOf<typeof listTeamGrants>> {
    return { grants: await this.teamGrants.list(named, repositoryId) };
  }
}
