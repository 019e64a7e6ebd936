import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { TokenId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, OpenToEverybody, PublishersToo, Requires, resolvedResource, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, etagOf, Idempotent, pageOf, requireMatch, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OwnAccount } from '../users/account.resource.js';
import { Attenuation } from './attenuation.service.js';
import { ScopeNames } from './scope-names.resolver.js';
import { scopesWanted } from './scope-wish.schema.js';
import { TokenCreation } from './token-creation.service.js';
import { TokenOwner } from './token-owner.resource.js';
import { pageOfTokens } from './token-pages.js';
import type { CreatedTokenView, TokenView } from './tokens.schema.js';
import {
  AttenuateBody,
  ChangeTokenBody,
  CreateTokenBody,
  createdTokenView,
  OwnTokensQuery,
  tokenView,
  viewOfCreatedToken,
  viewOfToken,
} from './tokens.schema.js';
import { TokensService } from './tokens.service.js';

@Controller('api/v1/tokens')
export class TokensHttpController {
  constructor(
    private readonly tokens: TokensService,
    private readonly creation: TokenCreation,
    private readonly attenuation: Attenuation,
    private readonly names: ScopeNames,
  ) {}

  @Get()
  @Requires('read', OwnAccount)
  @Documented({ summary: 'List your own tokens, newest first', returns: pageOf(tokenView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: OwnTokensQuery,
  ): Promise<Page<TokenView>> {
    return sendPage(request, reply, await pageOfTokens(this.tokens, accountOf(request), query));
  }

  // Tokens are asked for no proof: who makes one must not come by it with an old session (security.md W7).
  @Post()
  @Requires('admin', OwnAccount)
  @StepUp()
  @Idempotent({ secretAnswer: true })
  @Documented({
    summary: 'Create a token of your own',
    description:
      'This answer is the only one that ever holds its text. A token creates none that may do more than itself, ' +
      'and but for a login of a moment ago none that outlives it: `shortenedTo` says where it would have lived longer.',
    returns: createdTokenView,
    errors: ['token.beyond-ceiling 403', 'token.scope-unknown 400', 'token.expiry 400', 'token.too-many 409'],
  })
  async create(@Req() request: FastifyRequest, @Body() body: CreateTokenBody): Promise<CreatedTokenView> {
    const caller = callerOf(request);
    const { description, expiresAt } = body;
    const scopes = await this.names.resolve(caller, scopesWanted(body));
    const wish = { description, scopes, expiresAt: dateOf(expiresAt) };
    return viewOfCreatedToken(await this.creation.create(actorOfRequest(request), caller, wish));
  }

  @Post('attenuate')
  @OpenToEverybody('A token makes a narrower and shorter one of itself; nobody else gets anything.')
  @Idempotent({ secretAnswer: true })
  @Documented({
    summary: 'Make a narrower, shorter token of the one you come with',
    description:
      'It does what its own scopes *and* those of the token that asks allow, lives an hour unless you say otherwise, and ends with that token.',
    returns: createdTokenView,
    operation: 'attenuateToken',
    errors: [
      'token.attenuation-needs-token 403',
      'token.beyond-ceiling 403',
      'token.too-deep 409',
      'token.too-many 409',
      'token.scope-unknown 400',
      'token.expiry 400',
    ],
  })
  async attenuate(@Req() request: FastifyRequest, @Body() body: AttenuateBody): Promise<CreatedTokenView> {
    const caller = callerOf(request);
    const { description, expiresAt, ttlSeconds } = body;
    const isNarrowed = body.scopes !== undefined || body.preset !== undefined || body.on !== undefined;
    const isKnown = caller.kind === 'token';
    const scopes = isNarrowed && isKnown ? await this.names.resolve(caller, scopesWanted(body)) : undefined;
    const wish = { description, scopes, expiresAt: dateOf(expiresAt), ttlSeconds };
    return viewOfCreatedToken(await this.attenuation.attenuate(actorOfRequest(request), caller, wish));
  }

  // A token that may do next to nothing still ends itself: nobody keeps one that they want to be rid of.
  @Delete('current')
  @HttpCode(204)
  @PublishersToo()
  @OpenToEverybody('A token ends itself, however little else it may do; nobody ends anything else.')
  @Documented({
    summary: 'Revoke the token that you come with, and what was made from it',
    status: 204,
    operation: 'revokeCurrentToken',
    errors: ['token.current-needs-token 403'],
  })
  async revokeCurrent(@Req() request: FastifyRequest): Promise<void> {
    await this.tokens.revokeCurrent(actorOfRequest(request), callerOf(request));
  }

  @Get(':tokenId')
  @Requires('read', TokenOwner)
  @Documented({ summary: 'Show a token', returns: tokenView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('tokenId') tokenId: TokenId,
  ): Promise<TokenView> {
    const token = await this.tokens.view(accountOf(request), tokenId);
    reply.header('etag', etagOf(token.version));
    return viewOfToken(token);
  }

  @Patch(':tokenId')
  @Requires('admin', TokenOwner)
  @Documented({ summary: 'Describe a token anew', returns: tokenView, etag: true, errors: ['etag.stale 412'] })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('tokenId') tokenId: TokenId,
    @Body() { description }: ChangeTokenBody,
  ): Promise<TokenView> {
    const token = await this.tokens.describe(
      actorOfRequest(request),
      { owner: accountOf(request), tokenId },
      {
        description,
        requireVersion: (version) => {
          requireMatch(request, version);
        },
      },
    );
    reply.header('etag', etagOf(token.version));
    return viewOfToken(token);
  }

  @Delete(':tokenId')
  @HttpCode(204)
  @Requires('admin', TokenOwner)
  @Documented({
    summary: 'Revoke a token, and what was made from it',
    description:
      'What was created with it and stands by itself stays: `GET /api/v1/tokens?createdWith=<id>` lists that, also afterwards.',
    status: 204,
  })
  async revoke(@Req() request: FastifyRequest, @Param('tokenId') tokenId: TokenId): Promise<void> {
    await this.tokens.revoke(actorOfRequest(request), tokenId);
  }
}

function accountOf(request: FastifyRequest): UserId {
  const resource = resolvedResource(request);
  if (resource.kind === 'account') return resource.userId;
  throw new DomainError('internal', 'internal', 'This route is about an account.');
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
