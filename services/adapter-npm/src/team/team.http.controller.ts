import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import {
  addTeamMember,
  createTeam,
  deleteTeam,
  listTeamMembers,
  listTeams,
  removeTeamMember,
} from '@waybill/contracts';
import { callerOf, forThisCallerOnly, OpenToEverybody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { signedIn } from '../repositories/assert-may.js';
import { organizationNamed, teamIn, userIn } from './team-name.rules.js';

const decidedByAuth = 'the service auth decides who may do what with the teams of an organization';

/** `npm team`: the teams of an organization of this installation, whichever repository is asked through. */
@Controller('npm/:repository/-')
export class TeamHttpController {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  /** As npm shows them: `acme:devs`. */
  @Get('org/:scope/team')
  @OpenToEverybody(decidedByAuth)
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('scope') scope: string,
  ): Promise<string[]> {
    const organization = organizationNamed(scope);
    const { teams } = await this.#requests.ask(listTeams, { principal: signedIn(callerOf(request)), organization });
    reply.headers(forThisCallerOnly);
    return teams.map((team) => `${organization}:${team}`);
  }

  @Put('org/:scope/team')
  @HttpCode(201)
  @OpenToEverybody(decidedByAuth)
  async create(@Req() request: FastifyRequest, @Param('scope') scope: string, @Body() body: unknown): Promise<object> {
    const principal = signedIn(callerOf(request));
    const organization = organizationNamed(scope);
    const { name, description } = teamIn(body);
    const wanted = { principal, organization, team: name.slice(0, 100), ...(description && { description }) };
    const { team } = await this.#requests.ask(createTeam, wanted);
    return { name: `${organization}:${team}` };
  }

  @Delete('team/:scope/:team')
  @HttpCode(204)
  @OpenToEverybody(decidedByAuth)
  async delete(@Req() request: FastifyRequest): Promise<void> {
    await this.#requests.ask(deleteTeam, namedTeam(request));
  }

  @Get('team/:scope/:team/user')
  @OpenToEverybody(decidedByAuth)
  async members(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly string[]> {
    const { members } = await this.#requests.ask(listTeamMembers, namedTeam(request));
    reply.headers(forThisCallerOnly);
    return members;
  }

  @Put('team/:scope/:team/user')
  @HttpCode(201)
  @OpenToEverybody(decidedByAuth)
  async add(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    await this.#requests.ask(addTeamMember, { ...namedTeam(request), username: userIn(body) });
    return {};
  }

  @Delete('team/:scope/:team/user')
  @HttpCode(204)
  @OpenToEverybody(decidedByAuth)
  async remove(@Req() request: FastifyRequest, @Body() body: unknown): Promise<void> {
    await this.#requests.ask(removeTeamMember, { ...namedTeam(request), username: userIn(body) });
  }
}

/** The team of the path, and who asks. Errors: `unauthenticated`. */
export function namedTeam(request: FastifyRequest) {
  const { scope = '', team = '' } = request.params as { readonly scope?: string; readonly team?: string };
  const principal = signedIn(callerOf(request));
  return { principal, organization: organizationNamed(scope), team: team.slice(0, 100) };
}
