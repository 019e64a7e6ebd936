import type { Action, Resource } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';

/** Somebody who is signed in asked for something and was not allowed to. */
export interface RefusedAccess {
  readonly request: FastifyRequest;
  /** What the route asks for; undefined where the handler itself has refused, for a reason of its own. */
  readonly action: Action | undefined;
  /** Undefined where there is no such thing. */
  readonly resource: Resource | undefined;
  /** Stable code of the answer. */
  readonly code: string;
}

/** Hears of refusals, where a service provides one (libs/audit does): reading is not told, nor what nobody asked for. */
export abstract class RefusalListener {
  /** Never rejects: what is refused is refused, whoever hears of it. */
  abstract refused(refused: RefusedAccess): Promise<void>;
}

const told = new WeakSet();
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The first time that a request is refused. */
export function isFirstRefusal({ raw }: FastifyRequest): boolean {
  if (told.has(raw)) return false;
  told.add(raw);
  return true;
}

/** Whether it asks for a change (RFC 9110 §9.2.1). */
export function wantsChange({ method }: FastifyRequest): boolean {
  return !safeMethods.has(method);
}
