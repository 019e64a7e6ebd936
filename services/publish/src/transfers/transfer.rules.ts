import { DomainError } from '@waybill/domain';
import type { TransferEntity, TransferState } from './transfer.entity.js';

const day = 24 * 60 * 60 * 1000;
export const offerMilliseconds = 7 * day;
/** Of one organization at a time: an offer is a message to people who did not ask for it. */
export const maxPendingOffers = 100;

/** What it is now: an offer is over when its time is, whether or not somebody has written that down. */
export function stateOf(
  { state, expiresAt }: Pick<TransferEntity, 'state' | 'expiresAt'>,
  now = new Date(),
): TransferState {
  return state === 'pending' && expiresAt <= now ? 'expired' : state;
}

/** Errors: `conflict` `transfer.settled`. */
export function requirePending(transfer: Pick<TransferEntity, 'state' | 'expiresAt'>, now = new Date()): void {
  const state = stateOf(transfer, now);
  if (state === 'pending') return;
  throw new DomainError('conflict', 'transfer.settled', `This transfer is ${state} already.`, { details: { state } });
}

export function changedMeanwhile(): DomainError {
  return new DomainError(
    'conflict',
    'transfer.changed-meanwhile',
    'What was to be handed over belongs to another organization by now, or is gone.',
  );
}
