import { Injectable } from '@nestjs/common';
import type { Resource, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, resolvedResource, type ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { pathParam } from '../path-param.js';
import { isUsername } from './username.rules.js';
import { UsersRepository } from './users.repository.js';

/** The account that `:username` in the path names. */
@Injectable()
export class AccountOfUsername implements ResourceResolver {
  constructor(private readonly users: UsersRepository) {}

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const username = pathParam(request, 'username');
    if (!isUsername(username)) return undefined;
    const user = await this.users.findByUsername(username);
    return user && { kind: 'account', userId: user.userId };
  }
}

/** The account of whoever is calling; nothing for anonymous callers. */
@Injectable()
export class OwnAccount implements ResourceResolver {
  resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const caller = callerOf(request);
    return Promise.resolve(caller.kind === 'anonymous' ? undefined : { kind: 'account', userId: caller.userId });
  }
}

/** Whose account the guard has authorized. */
export function accountOf(request: FastifyRequest): UserId {
  const resource = resolvedResource(request);
  if (resource.kind === 'account') return resource.userId;
  throw new DomainError('internal', 'internal', 'This route is not about an account.');
}
