import type { Action, Principal, Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import { assertMay } from '../repositories/assert-may.js';

/** A star with a thousand others, or as many owners: what there is to send for who may change nothing else. */
export const maxSmallBytes = 64 * 1024;
/** The whole packument, as it travels back changed. */
export const maxChangeBytes = 32 * 1024 * 1024;

/**
 * How many bytes of a document are read from somebody who may do none of `actions` with it, before it is known what they
 * want (security.md I3): reading costs more than sending. Errors: those of the guard, for the first of `actions`.
 */
export function assertMaySend(
  sizeBytes: number,
  caller: Principal,
  { actions, resource }: { readonly actions: readonly Action[]; readonly resource: Resource },
): void {
  if (sizeBytes > maxSmallBytes) assertMay(caller, actions, resource);
}

/** As `assertMaySend` for what may carry a tarball: who may not publish sends at most a changed document. */
export function assertMaySendTarball(sizeBytes: number, caller: Principal, resource: Resource): void {
  const mayChange = can(caller, 'metadata', resource).allowed;
  if (sizeBytes > (mayChange ? maxChangeBytes : maxSmallBytes)) assertMay(caller, 'publish', resource);
}
