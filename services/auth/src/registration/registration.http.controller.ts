import { Body, Controller, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { can, DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, OpenToEverybody, proofOf } from '@waybill/edge';
import { Documented, Idempotent, personProofErrors } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { PersonProof } from '../person-proof/person-proof.js';
import { CreateUserBody, userView, type UserView, viewOfUser } from '../users/users.schema.js';
import { UsersService } from '../users/users.service.js';
import { Registration } from './registration.service.js';

@Controller('api/v1/users')
export class RegistrationHttpController {
  constructor(
    private readonly users: UsersService,
    private readonly registration: Registration,
    private readonly person: PersonProof,
  ) {}

  @Post()
  @OpenToEverybody(
    'Administrators of the installation make accounts; others their own, as far as WAYBILL_REGISTRATION lets them.',
  )
  @Idempotent()
  @Documented({
    summary: 'Create an account',
    description:
      'An administrator of the installation makes one for anybody; with a token, who has a second factor gives a `code` along. Whoever is not signed in makes their own: with ' +
      '`WAYBILL_REGISTRATION=open` everybody, with `invited` who has the `invitation` of a mail, which makes them a member ' +
      'at once and verifies the address.',
    returns: userView,
    operation: 'createUser',
    errors: [
      'registration.closed 403',
      'registration.invitation-needed 403',
      'username.taken',
      'username.reserved',
      'invitation.answered',
      'invitation.revoked 410',
      'invitation.expired 410',
      'registration.throttled 429',
      'two-factor.throttled 429',
      ...personProofErrors,
    ],
  })
  async create(@Req() request: FastifyRequest, @Body() body: CreateUserBody): Promise<UserView> {
    const caller = callerOf(request);
    const { invitation, installationAdmin, code, ...account } = body;
    if (can(caller, 'admin', { kind: 'installation' }).allowed) {
      await this.person.prove(caller, proofOf(request, code));
      return viewOfUser(await this.users.create(actorOfRequest(request), { ...account, installationAdmin }));
    }
    if (caller.kind !== 'anonymous' || installationAdmin !== undefined) {
      throw new DomainError('forbidden', 'auth.forbidden', 'You are not allowed to do this.');
    }
    const { clientAddress, requestId, externalUrl } = edgeContextOf(request);
    const person = { ...account, invitation, clientAddress, requestId, externalUrl };
    return viewOfUser(await this.registration.register(person));
  }
}
