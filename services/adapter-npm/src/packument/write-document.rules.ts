import type { Principal, Resource } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';
import { assertMay } from '../repositories/assert-may.js';

/** `GET /{pkg}?write=true`: the client reads what it is about to change. */
export function isReadToWrite(request: Pick<FastifyRequest, 'query'>): boolean {
  const { query } = request;
  return typeof query === 'object' && query !== null && 'write' in query && query.write === 'true';
}

/**
 * Who may not change the package hears so before the change is sent. The document itself is the one that every reader
 * gets, and so `npm star` may read it too, with which readers change their own star and nothing else.
 */
export function assertMayWrite(
  request: Pick<FastifyRequest, 'headers'>,
  principal: Principal,
  resource: Resource,
): void {
  const command = request.headers['npm-command'];
  const starring = principal.kind !== 'anonymous' && (command === 'star' || command === 'unstar');
  if (!starring) assertMay(principal, ['publish', 'metadata', 'delete', 'manage-access'], resource);
}
