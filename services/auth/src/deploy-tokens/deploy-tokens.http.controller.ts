import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { tokenId as tokenIdShape } from '@waybill/contracts';
import type { TokenId } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, etagOf, Idempotent, pageOf, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageOfTokens } from '../tokens/token-pages.js';
import type { CreatedTokenView, TokenView } from '../tokens/tokens.schema.js';
import { createdTokenView, tokenView, viewOfCreatedToken, viewOfToken } from '../tokens/tokens.schema.js';
import { tokenNotFound, TokensService } from '../tokens/tokens.service.js';
import { DeployAccountsRepository } from './deploy-accounts.repository.js';
import { CreateDeployTokenBody, DeployTokensQuery } from './deploy-tokens.schema.js';
import { DeployTokens } from './deploy-tokens.service.js';
import { repositoryOf, RepositoryOfRequest } from './repository-of-request.resource.js';

@Controller('api/v1/deploy-tokens')
export class DeployTokensHttpController {
  constructor(
    private readonly deployTokens: DeployTokens,
    private readonly accounts: DeployAccountsRepository,
    private readonly tokens: TokensService,
  ) {}

  @Get()
  @Requires('manage-access', RepositoryOfRequest)
  @Documented({ summary: 'List the deploy tokens of a repository, newest first', returns: pageOf(tokenView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: DeployTokensQuery,
  ): Promise<Page<TokenView>> {
    const owner = await this.accounts.find(repositoryOf(request));
    if (owner === undefined) return sendPage(request, reply, { items: [], next: null });
    return sendPage(request, reply, await pageOfTokens(this.tokens, owner, query));
  }

  @Post()
  @Requires('manage-access', RepositoryOfRequest, 'Each action that the token is to do, on the repository.')
  @StepUp()
  @Idempotent({ secretAnswer: true })
  @Documented({
    summary: 'Create a deploy token of a repository',
    description:
      'It reaches this repository alone, does no more than you may do there, stays when you leave, and ends with the repository.',
    returns: createdTokenView,
    errors: [
      'token.beyond-own 403',
      'token.beyond-ceiling 403',
      'token.expiry 400',
      'token.too-many 409',
      'repository.changing 503',
    ],
  })
  async create(@Req() request: FastifyRequest, @Body() body: CreateDeployTokenBody): Promise<CreatedTokenView> {
    const { repository: slug, description, actions, expiresAt } = body;
    const wish = { slug, description, actions, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
    const repository = repositoryOf(request);
    const minted = await this.deployTokens.create(actorOfRequest(request), callerOf(request), repository, wish);
    return viewOfCreatedToken(minted);
  }

  @Get(':repository/:tokenId')
  @Requires('manage-access', RepositoryOfRequest)
  @Documented({ summary: 'Show a deploy token', returns: tokenView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('tokenId') id: string,
  ): Promise<TokenView> {
    const token = await this.deployTokens.view(repositoryOf(request), tokenIdOf(id));
    reply.header('etag', etagOf(token.version));
    return viewOfToken(token);
  }

  @Delete(':repository/:tokenId')
  @HttpCode(204)
  @Requires('manage-access', RepositoryOfRequest)
  @Documented({ summary: 'Revoke a deploy token, and what was made from it', status: 204 })
  async revoke(@Req() request: FastifyRequest, @Param('tokenId') id: string): Promise<void> {
    await this.deployTokens.revoke(actorOfRequest(request), repositoryOf(request), tokenIdOf(id));
  }
}

function tokenIdOf(text: string): TokenId {
  const parsed = tokenIdShape.safeParse(text);
  if (!parsed.success) throw tokenNotFound();
  return parsed.data;
}
