import { setImmediate } from 'node:timers/promises';

let last: Promise<unknown> = Promise.resolve();

/**
 * For long work in pieces: resolves in a later turn of the event loop, and for one caller only in each turn. However many
 * documents are read at the same time, between two turns there is never more work than a piece of one (security.md I3).
 */
export async function nextTurn(): Promise<void> {
  const turn = last.then(() => setImmediate());
  last = turn;
  await turn;
}
