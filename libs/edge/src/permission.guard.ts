import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import { Injectable, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Action, Decision, Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing, DomainError, isFreshlyProven, refusal } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';
import { bindResolvedResource, callerOf } from './edge-context.js';
import { isManagementRoute } from './error-dialect.js';
import { isFirstRefusal, RefusalListener, wantsChange } from './refusal-listener.js';
import type { ResourceResolver } from './route-declaration.js';
import { asksForStepUp, declarationOf, takesPublishers } from './route-declaration.js';

/** The one enforcement point of a service (architecture.md §6): asks `can()` what the route's declaration says. */
@Injectable()
export class PermissionGuard implements CanActivate {
  private readonly resolvers = new Map<Type<ResourceResolver>, ResourceResolver>();

  constructor(
    private readonly moduleRef: ModuleRef,
    @Optional() private readonly listener?: RefusalListener,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const declaration = declarationOf(context.getHandler());
    if (declaration === undefined) {
      throw new DomainError('internal', 'edge.undeclared-route', 'This route declares no permission.');
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = callerOf(request);
    if (!takesPublishers(context.getHandler())) requireNoPublisher(request, caller);
    if (declaration.kind !== 'requires') return true;
    const resource = await this.resolverOf(declaration.resolver).resolve(request);
    const decision = resource === undefined ? decisionOnMissing(caller) : can(caller, declaration.action, resource);
    if (!decision.allowed) throw await this.refuse(request, decision, { action: declaration.action, resource });
    if (asksForStepUp(context.getHandler())) requireFreshProof(caller);
    if (resource !== undefined) bindResolvedResource(request.raw, resource, declaration.action);
    return true;
  }

  /** The error of a refusal, which is told first where it is one of more than reading (security.md W9). */
  private async refuse(
    request: FastifyRequest,
    decision: Exclude<Decision, { allowed: true }>,
    { action, resource }: { readonly action: Action; readonly resource: Resource | undefined },
  ): Promise<DomainError> {
    const error = refusal(decision, 'What you asked for', { action, resource });
    // Where the handler decides what is wanted, the route asks for `read`; by POST some only ask for much.
    const isTold = action !== 'read' || (wantsChange(request) && request.method !== 'POST');
    if (isFirstRefusal(request) && isTold && callerOf(request).kind !== 'anonymous') {
      await this.listener?.refused({ request, action, resource, code: error.code });
    }
    return error;
  }

  private resolverOf(type: Type<ResourceResolver>): ResourceResolver {
    const known = this.resolvers.get(type);
    if (known !== undefined) return known;
    const found = this.moduleRef.get<ResourceResolver>(type, { strict: false });
    this.resolvers.set(type, found);
    return found;
  }
}

/**
 * Asked after the permission, so that it tells nothing to those who have none. Routes that ask for it only with some fields call it
 * themselves. Errors: `forbidden` `auth.step-up-required`.
 */
export function requireFreshProof(caller: Principal): void {
  if (caller.kind !== 'user' || isFreshlyProven(caller)) return;
  throw new DomainError(
    'forbidden',
    'auth.step-up-required',
    'Prove that it is you first: give your password, or your second factor, at POST /api/v1/session/proof.',
  );
}

/**
 * What was minted for a trusted publisher works with packages, through the protocols of their clients, and nowhere else (security.md T10):
 * the same answer on every route, whatever it is about.
 */
function requireNoPublisher(request: FastifyRequest, caller: Principal): void {
  if (caller.kind !== 'token' || caller.publisher === undefined) return;
  if (!isManagementRoute(request.routeOptions.url)) return;
  throw new DomainError(
    'forbidden',
    'token.publisher-only',
    'A token of a trusted publisher works with its packages, and not with the management API.',
  );
}
