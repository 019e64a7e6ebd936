import { Controller, Delete, Get, HttpCode, Param, ParseEnumPipe, Post, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, edgeContextOf, Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { ExternalAccounts } from '../external-identities/external-accounts.service.js';
import { ExternalIdentitiesRepository } from '../external-identities/external-identities.repository.js';
import type { IdentityProvider } from '../external-identities/external-identity.js';
import { identityProviders } from '../external-identities/external-identity.js';
import { requireSession } from '../sessions/sessions.service.js';
import { OwnAccount } from '../users/account.resource.js';
import { Journeys } from './journey.js';
import { SingleSignOn } from './single-sign-on.service.js';

const linkedIdentityView = z.object({
  provider: z.enum(identityProviders),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
});

/** Other systems through which one signs in to one's account. */
@Controller('api/v1/account/identities')
export class LinkedIdentitiesHttpController {
  constructor(
    private readonly identities: ExternalIdentitiesRepository,
    private readonly signOn: SingleSignOn,
    private readonly journeys: Journeys,
    private readonly accounts: ExternalAccounts,
    private readonly changes: CredentialChanges,
  ) {}

  @Get()
  @Requires('read', OwnAccount)
  @Documented({
    summary: 'List other systems through which you sign in',
    returns: z.object({ items: z.array(linkedIdentityView) }),
  })
  async list(@Req() request: FastifyRequest): Promise<{ items: z.infer<typeof linkedIdentityView>[] }> {
    const found = await this.identities.listOf(ownerOf(request));
    return {
      items: found.map(({ provider, createdAt, lastSeenAt }) => ({
        provider,
        createdAt: createdAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
      })),
    };
  }

  @Post('oidc')
  @HttpCode(200)
  @StepUp()
  @Requires('admin', OwnAccount)
  @Documented({
    summary: 'Begin to link the sign-on provider to your account',
    description: 'Sets a cookie; the browser goes to the address and comes back linked. For browser sessions only.',
    returns: z.object({ url: z.url() }),
    status: 200,
    errors: ['sign-on.not-configured 404', 'auth.session-required 403'],
    operation: 'linkSignOnProvider',
  })
  async link(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ url: string }> {
    const { externalUrl } = edgeContextOf(request);
    const { userId, sessionId } = requireSession(callerOf(request));
    const { address, journey } = await this.signOn.begin(externalUrl, { linkTo: { userId, sessionId } });
    void reply.header('set-cookie', this.journeys.cookie(journey, externalUrl));
    return { url: address };
  }

  @Delete(':provider')
  @HttpCode(204)
  @StepUp()
  @Requires('admin', OwnAccount)
  @Documented({ summary: 'Sign in through that system no more', status: 204 })
  async unlink(
    @Req() request: FastifyRequest,
    @Param('provider', new ParseEnumPipe({ oidc: 'oidc', ldap: 'ldap' })) provider: IdentityProvider,
  ): Promise<void> {
    const userId = ownerOf(request);
    const by = actorOfRequest(request);
    await this.changes.run((manager) => this.accounts.unlink(manager, by, userId, [provider]));
  }
}

function ownerOf(request: FastifyRequest) {
  const caller = callerOf(request);
  if (caller.kind === 'anonymous') throw new TypeError('The guard lets nobody in without an account.');
  return caller.userId;
}
