import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import {
  addTeamMember,
  createTeam,
  deleteTeam,
  listTeamMembers,
  listTeams,
  removeTeamMember,
} from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { NamedTeams } from './named-teams.service.js';

@Controller()
export class TeamsMessageController {
  constructor(private readonly teams: NamedTeams) {}

  @Answers(listTeams)
  async list(request: RequestOf<typeof listTeams>): Promise<ReplyOf<typeof listTeams>> {
    return { teams: await this.teams.list(request) };
  }

  @Answers(createTeam)
  async create({ description, ...named }: RequestOf<typeof createTeam>): Promise<ReplyOf<typeof createTeam>> {
    return { team: await this.teams.create(named, description) };
  }

  @Answers(deleteTeam)
  async delete(named: RequestOf<typeof deleteTeam>): Promise<ReplyOf<typeof deleteTeam>> {
    await this.teams.delete(named);
    return { deleted: true };
  }

  @Answers(listTeamMembers)
  async listMembers(named: RequestOf<typeof listTeamMembers>): Promise<ReplyOf<typeof listTeamMembers>> {
    return { members: await this.teams.listMembers(named) };
  }

  @Answers(addTeamMember)
  async add({ username, ...named }: RequestOf<typeof addTeamMember>): Promise<ReplyOf<typeof addTeamMember>> {
    await this.teams.add(named, username);
    return { added: true };
  }

  @Answers(removeTeamMember)
  async remove({ username, ...named }: RequestOf<typeof removeTeamMember>): Promise<ReplyOf<typeof removeTeamMember>> {
    return { removed: await this.teams.remove(named, username) };
  }
}
