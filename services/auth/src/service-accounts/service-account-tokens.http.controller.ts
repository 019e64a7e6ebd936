import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { tokenId as tokenIdShape } from '@waybill/contracts';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, Idempotent, pageOf, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { ScopeNames } from '../tokens/scope-names.resolver.js';
import { scopesWanted } from '../tokens/scope-wish.schema.js';
import { pageOfTokens } from '../tokens/token-pages.js';
import type { CreatedTokenView, TokenView } from '../tokens/tokens.schema.js';
import {
  CreateTokenBody,
  createdTokenView,
  TokensQuery,
  tokenView,
  viewOfCreatedToken,
} from '../tokens/tokens.schema.js';
import { tokenNotFound, TokensService } from '../tokens/tokens.service.js';
import { ServiceAccountTokens } from './service-account-tokens.service.js';
import { ServiceAccountsService } from './service-accounts.service.js';

@Controller('api/v1/orgs/:organization/service-accounts/:name/tokens')
export class ServiceAccountTokensHttpController {
  constructor(
    private readonly accounts: ServiceAccountsService,
    private readonly accountTokens: ServiceAccountTokens,
    private readonly tokens: TokensService,
    private readonly names: ScopeNames,
  ) {}

  @Get()
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'List the tokens of a service account, newest first', returns: pageOf(tokenView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('name') name: string,
    @Query() query: TokensQuery,
  ): Promise<Page<TokenView>> {
    const { userId } = await this.accounts.view({ organizationId: organizationOf(request), name });
    return sendPage(request, reply, await pageOfTokens(this.tokens, userId, query));
  }

  @Post()
  @Requires('manage-access', OrganizationOfPath)
  @StepUp()
  @Idempotent({ secretAnswer: true })
  @Documented({
    summary: 'Create a token of a service account',
    description:
      'It does what the grants of the account *and* its scopes allow. This answer alone holds its text. ' +
      'It lives on when the login of the command line ends that it was made with; any other token makes none that outlives it.',
    returns: createdTokenView,
    errors: [
      'token.beyond-own 403',
      'token.beyond-ceiling 403',
      'token.scope-unknown 400',
      'token.expiry 400',
      'token.too-many 409',
      'token.owner-suspended 409',
    ],
  })
  async create(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
    @Body() body: CreateTokenBody,
  ): Promise<CreatedTokenView> {
    const caller = callerOf(request);
    const account = await this.accounts.view({ organizationId: organizationOf(request), name });
    const scopes = await this.names.resolve(caller, scopesWanted(body));
    const { description, expiresAt } = body;
    const wish = { description, scopes, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
    return viewOfCreatedToken(await this.accountTokens.create(actorOfRequest(request), caller, account, wish));
  }

  @Delete(':tokenId')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'Revoke a token of a service account, and what was made from it', status: 204 })
  async revoke(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
    @Param('tokenId') text: string,
  ): Promise<void> {
    const tokenId = tokenIdShape.safeParse(text);
    if (!tokenId.success) throw tokenNotFound();
    const account = await this.accounts.view({ organizationId: organizationOf(request), name });
    await this.accountTokens.revoke(actorOfRequest(request), account, tokenId.data);
  }
}
