import { randomUUID } from 'node:crypto';
import { isIdempotent } from '@waybill/management-api';
import type { DocumentedRoute } from '../references/controllers-of.js';
import { bodyClassOf, queryClassOf } from '../references/route-arguments.js';
import type { Call } from './api.js';
import type { Address } from './fixture.js';

/** What a handler does not find below what was resolved sounds like a refusal (A6), and cannot be told from one here. */
const withNothingBelow: ReadonlySet<string> = new Set(['GET /api/v1/webhooks/:webhookId/deliveries/:deliveryId']);

/** Longer than any that is taken: it is refused after the permission, and before anything is done. */
const impossibleKey = 'k'.repeat(300);
const unknownField = 'no field of the matrix';

/**
 * Whether the route can be called by somebody who may. It changes nothing, or its request can be made one that is refused after
 * the permission and before anything else: by a field that its body or its query does not know, or by an impossible
 * `Idempotency-Key`. What is left deletes or does something by its address alone (`DELETE /tokens/:tokenId`): each allowed call
 * would need a thing of its own, once for every person, and what becomes of it is what the tests of its feature are for. That
 * those who may not are refused is asked of all routes.
 */
export function isHarmless(route: DocumentedRoute): boolean {
  if (withNothingBelow.has(`${route.method} ${route.path}`)) return false;
  return route.method === 'GET' || bodyClassOf(route) !== undefined || refusesQuery(route) || takesKey(route);
}

/** A request to the route about what `address` names; of what it does not name there is nothing. */
export function requestOf(route: DocumentedRoute, { params = {}, query = {}, body = {} }: Address): Call {
  const path = route.path
    .replaceAll(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? nothingCalled(name)))
    .replaceAll('*', 'nothing-there');
  const parameters = new URLSearchParams({
    ...query,
    ...(refusesQuery(route) ? { [unknownField]: 'x' } : {}),
  }).toString();
  return {
    method: route.method,
    target: parameters === '' ? path : `${path}?${parameters}`,
    ...(takesKey(route) ? { headers: { 'idempotency-key': impossibleKey } } : {}),
    ...(takesBody(route) ? { body: { ...body, [unknownField]: true } } : {}),
  };
}

/** The native protocols overlook what they do not know. */
function refusesQuery(route: DocumentedRoute): boolean {
  return route.method !== 'GET' && route.path.startsWith('/api/v1/') && queryClassOf(route) !== undefined;
}

function takesKey({ type, handler }: DocumentedRoute): boolean {
  const method: unknown = Reflect.get(type.prototype as object, handler);
  return typeof method === 'function' && isIdempotent(method);
}

function takesBody(route: DocumentedRoute): boolean {
  return bodyClassOf(route) !== undefined || ['POST', 'PUT', 'PATCH'].includes(route.method);
}

function nothingCalled(parameter: string): string {
  if (parameter === 'period') return 'last-day';
  return /id$/i.test(parameter) ? randomUUID() : 'nothing-there';
}
