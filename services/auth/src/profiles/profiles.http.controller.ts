import { Body, Controller, Patch, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires } from '@waybill/edge';
import { Documented, etagOf, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccountOfUsername, accountOf } from '../users/account.resource.js';
import { PatchUserBody, userView, type UserView, viewOfUser } from '../users/users.schema.js';
import { Profiles } from './profiles.service.js';

@Controller('api/v1/users')
export class ProfilesHttpController {
  constructor(private readonly profiles: Profiles) {}

  @Patch(':username')
  @Requires('metadata', AccountOfUsername, 'a fresh proof, for another e-mail address')
  @Documented({
    summary: 'Change a profile',
    description: 'A merge patch. Another e-mail address is unverified until its owner has verified it.',
    returns: userView,
    etag: true,
    operation: 'updateUser',
    errors: ['user.email 400', 'user.full-name 400', 'user.bio 400', 'user.website 400', 'auth.step-up-required 403'],
  })
  async patch(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() patch: PatchUserBody,
  ): Promise<UserView> {
    const user = await this.profiles.patch(
      {
        by: actorOfRequest(request),
        caller: callerOf(request),
        userId: accountOf(request),
        requireVersion: (version) => requireMatch(request, version),
      },
      patch,
    );
    reply.header('etag', etagOf(user.version));
    return viewOfUser(user);
  }
}
