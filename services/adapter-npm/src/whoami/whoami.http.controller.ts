import { Controller, Get, Req } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { callerOf, OpenToEverybody } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';

@Controller('npm/:repository/-')
export class WhoamiHttpController {
  @Get('whoami')
  @OpenToEverybody('tells callers only their own name')
  whoami(@Req() request: FastifyRequest): { username: string } {
    const caller = callerOf(request);
    // npm takes any success without a string for a name as an error of ours.
    if (caller.kind === 'anonymous')
      throw new DomainError('unauthenticated', 'auth.required', 'You are not signed in.');
    return { username: caller.username };
  }
}
