import { Injectable } from '@nestjs/common';
import { tokenId } from '@waybill/contracts';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { pathParam } from '../path-param.js';
import { TokensRepository } from './tokens.repository.js';

/** The account to which the token belongs that `:tokenId` in the path names: somebody else's is hidden (security.md A3). */
@Injectable()
export class TokenOwner implements ResourceResolver {
  constructor(private readonly tokens: TokensRepository) {}

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const id = tokenId.safeParse(pathParam(request, 'tokenId'));
    if (!id.success) return undefined;
    const token = await this.tokens.findUnrevoked(id.data);
    return token && { kind: 'account', userId: token.userId };
  }
}
