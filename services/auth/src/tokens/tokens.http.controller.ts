import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { TokenId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, Requires, resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { OwnAccount } from '../users/account.resource.js';
import { parseTokenScopes } from './token-scopes.schema.js';
import { TokenOwner } from './token-owner.resource.js';
import type { TokenView } from './tokens.schema.js';
import { CreateTokenBody, viewOfToken } from './tokens.schema.js';
import { TokensService } from './tokens.service.js';

@Controller('api/v1/tokens')
export class TokensHttpController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @Requires('read', OwnAccount)
  async list(@Req() request: FastifyRequest): Promise<{ items: TokenView[] }> {
    const resource = resolvedResource(request);
    if (resource.kind !== 'account') throw new DomainError('internal', 'internal', 'This route is about an account.');
    return { items: (await this.tokens.list(resource.userId)).map(viewOfToken) };
  }

  /** The only answer that ever holds the text of a token. */
  @Post()
  @Requires('admin', OwnAccount)
  async create(@Req() request: FastifyRequest, @Body() body: CreateTokenBody): Promise<TokenView & { token: string }> {
    const { token, text } = await this.tokens.create(actorOfRequest(request), callerOf(request), {
      description: body.description,
      scopes: parseTokenScopes(body.scopes),
      expiresAt: body.expiresAt === undefined ? undefined : new Date(body.expiresAt),
    });
    return { ...viewOfToken(token), token: text };
  }

  @Delete(':tokenId')
  @HttpCode(204)
  @Requires('admin', TokenOwner)
  async revoke(@Req() request: FastifyRequest, @Param('tokenId') tokenId: TokenId): Promise<void> {
    await this.tokens.revoke(actorOfRequest(request), tokenId);
  }
}
