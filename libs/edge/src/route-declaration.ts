import type { Action, DigestAlgorithm, Resource } from '@waybill/domain';
import type { Type } from '@nestjs/common';
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import 'reflect-metadata';

/** Finds what a request is about. `undefined`: there is no such thing, answered like one that may not be seen (A6). */
export interface ResourceResolver {
  resolve(request: FastifyRequest): Promise<Resource | undefined>;
}

export type RouteDeclaration =
  | {
      readonly kind: 'requires';
      readonly action: Action;
      readonly resolver: Type<ResourceResolver>;
      readonly further?: string;
    }
  | { readonly kind: 'open'; readonly reason: string; readonly signIn: boolean; readonly foreignBearer?: true }
  | { readonly kind: 'filtered'; readonly action: Action; readonly reason: string };

export interface UploadDeclaration {
  readonly maxBytes: number;
  readonly digests: readonly DigestAlgorithm[];
  readonly anonymous: boolean;
  readonly inlineBytes: number;
}

/** Under these keys the declarations are in Fastify's route config, where the inventory finds them. */
export const declarationKey = 'waybillDeclaration';
export const uploadKey = 'waybillUpload';
export const formsKey = 'waybillForms';

const declarationMetadata = Symbol('waybill.declaration');
const stepUpMetadata = Symbol('waybill.step-up');
const publishersMetadata = Symbol('waybill.publishers-too');
const routeConfigMetadata = Symbol('waybill.route-config');

/**
 * The caller must be allowed `action` on what `resolver` finds; the guard asks `can()` before the handler runs. `further` tells
 * readers of docs/endpoints.md what the handler itself asks for, once it knows what is wanted.
 */
export function Requires(action: Action, resolver: Type<ResourceResolver>, further?: string): MethodDecorator {
  return declare({ kind: 'requires', action, resolver, ...(further === undefined ? {} : { further }) });
}

/** Anybody may call it; `reason` says why, and stands in the route inventory. */
export function OpenToEverybody(reason: string): MethodDecorator {
  return declare({ kind: 'open', reason, signIn: false });
}

/** Open, since clients sign in here: a credential that the request carries is neither looked at nor handed on. */
export function SignIn(reason: string): MethodDecorator {
  return declare({ kind: 'open', reason, signIn: true });
}

/**
 * Open, since clients bring the bearer token of somebody else (the identity token of a CI), to get one of ours for it: the
 * gateway does not look at it, and `foreignBearerOf` has it. Whoever calls stays anonymous.
 */
export function ForeignBearer(reason: string): MethodDecorator {
  return declare({ kind: 'open', reason, signIn: false, foreignBearer: true });
}

/** The handler itself leaves out what the caller may not see (lists, search). */
export function Filtered(action: Action, reason: string): MethodDecorator {
  return declare({ kind: 'filtered', action, reason });
}

/**
 * Besides what the route requires, a person at a browser must have proven who they are a moment ago: for what gives others
 * power or takes it away (security.md W7). Tokens are not asked: they were given such actions on purpose.
 */
export function StepUp(): MethodDecorator {
  return (_target, _key, descriptor) => {
    if (typeof descriptor.value === 'function') Reflect.defineMetadata(stepUpMetadata, true, descriptor.value);
  };
}

export function asksForStepUp(handler: object): boolean {
  return Reflect.getMetadata(stepUpMetadata, handler) === true;
}

/** A route of the management API that takes forms besides JSON, as a standard asks for; no other does. */
export function TakesForms(): MethodDecorator {
  return withRouteConfig({ [formsKey]: true });
}

/** A route of the management API that also takes tokens which were minted for trusted publishers; no other does (security.md T10). */
export function PublishersToo(): MethodDecorator {
  return (_target, _key, descriptor) => {
    if (typeof descriptor.value === 'function') Reflect.defineMetadata(publishersMetadata, true, descriptor.value);
  };
}

export function takesPublishers(handler: object): boolean {
  return Reflect.getMetadata(publishersMetadata, handler) === true;
}

/**
 * The gateway stages the body of this route in the object store; `uploadOf(request)` reads it. `inlineBytes`: bodies up to this
 * size (at most 256 KiB) come along instead, for handlers that read bodies and keep none.
 */
export function Upload(options: {
  maxBytes: number;
  inlineBytes?: number;
  digests?: readonly DigestAlgorithm[];
  anonymous?: boolean;
}): MethodDecorator {
  const upload: UploadDeclaration = {
    maxBytes: options.maxBytes,
    digests: options.digests ?? [],
    anonymous: options.anonymous ?? false,
    inlineBytes: options.inlineBytes ?? 0,
  };
  return withRouteConfig({ [uploadKey]: upload });
}

export function declarationOf(handler: object): RouteDeclaration | undefined {
  const found: unknown = Reflect.getMetadata(declarationMetadata, handler);
  return isDeclaration(found) ? found : undefined;
}

export function isDeclaration(value: unknown): value is RouteDeclaration {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}

export function isUploadDeclaration(value: unknown): value is UploadDeclaration {
  return typeof value === 'object' && value !== null && 'maxBytes' in value;
}

function declare(declaration: RouteDeclaration): MethodDecorator {
  const remember: MethodDecorator = (_target, key, descriptor) => {
    const handler: unknown = descriptor.value;
    if (typeof handler !== 'function') return;
    if (declarationOf(handler) !== undefined) throw new Error(`${String(key)} declares two permissions.`);
    Reflect.defineMetadata(declarationMetadata, declaration, handler);
  };
  return applyDecorators(remember, withRouteConfig({ [declarationKey]: declaration }));
}

// RouteConfig replaces what is there, so that several decorators on one method have to be merged first.
function withRouteConfig(entries: Record<string, unknown>): MethodDecorator {
  return (target, key, descriptor) => {
    const handler: unknown = descriptor.value;
    if (typeof handler !== 'function') return;
    const before: unknown = Reflect.getMetadata(routeConfigMetadata, handler);
    const merged = { ...(typeof before === 'object' ? before : {}), ...entries };
    Reflect.defineMetadata(routeConfigMetadata, merged, handler);
    RouteConfig(merged)(target, key, descriptor);
  };
}
