import { Body, Controller, Delete, Get, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import { listMembers, removeMember, setMember } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, forThisCallerOnly, OpenToEverybody } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { signedIn } from '../repositories/assert-may.js';
import { npmRoleOf, roleNamed } from './org-role.rules.js';

const membership = z.object({ user: z.string().min(1).max(200), role: z.string().nullish() });

/** `npm org`: the members of an organization of this installation, whichever repository is asked through. */
@Controller('npm/:repository/-/org/:org/user')
export class OrgHttpController {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  @Get()
  @OpenToEverybody('the service auth decides who may read the members of an organization')
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('org') org: string,
  ): Promise<Record<string, string>> {
    const principal = signedIn(callerOf(request));
    const { members } = await this.#requests.ask(listMembers, { principal, organization: nameIn(org) });
    reply.headers(forThisCallerOnly);
    return Object.fromEntries(members.map(({ username, role }) => [username, npmRoleOf(role)]));
  }

  @Put()
  @HttpCode(200)
  @OpenToEverybody('the service auth decides who may change the members of an organization')
  async set(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('org') org: string,
    @Body() body: unknown,
  ): Promise<object> {
    const principal = signedIn(callerOf(request));
    const { user, role } = membershipIn(body);
    const named = roleNamed(role ?? 'developer');
    const organization = nameIn(org);
    const { externalUrl } = edgeContextOf(request);
    const wish = { principal, organization, username: user, role: named, externalUrl };
    const { members, invited = false } = await this.#requests.ask(setMember, wish);
    // npm says "Added" whatever it is answered, and prints this beside it.
    if (invited) reply.header('npm-notice', 'They were invited, and are a member once they accept the invitation.');
    return { org: { name: organization, size: members }, user, role: npmRoleOf(named) };
  }

  @Delete()
  @HttpCode(204)
  @OpenToEverybody('the service auth decides who may change the members of an organization')
  async remove(@Req() request: FastifyRequest, @Param('org') org: string, @Body() body: unknown): Promise<void> {
    const principal = signedIn(callerOf(request));
    const { user: username } = membershipIn(body);
    await this.#requests.ask(removeMember, { principal, organization: nameIn(org), username });
  }
}

function nameIn(org: string): string {
  return org.replace(/^[@~]/, '').slice(0, 100);
}

/** Errors: `invalid` `npm.member`. */
function membershipIn(body: unknown): { user: string; role?: string | null | undefined } {
  const parsed = membership.safeParse(body);
  if (!parsed.success) throw new DomainError('invalid', 'npm.member', 'The body must name a user.');
  return { ...parsed.data, user: parsed.data.user.replace(/^[@~]/, '') };
}
