import { z } from 'zod';
import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { leafHashOf } from './merkle-tree.js';

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.string().max(100);

/** The chain of the installation itself; others are called by the id of their organization. */
export const installationChain = 'installation';

/** What of an event stays for ever. `private` is the hash of what does not: see `PrivatePart`. */
export const chainedEvent = z.strictObject({
  id,
  /** The service that it happened in. */
  source: id,
  at: z.string().max(40),
  actor: z.string().max(300),
  actorUserId: id.nullable(),
  action: id,
  subject: z.string().max(1024),
  outcome: z.string().max(20),
  requestId: z.string().max(200).nullable(),
  private: hex,
});
export type ChainedEvent = z.infer<typeof chainedEvent>;

/** What goes when its time is over. The salt keeps others from guessing it out of its hash. */
export const privatePart = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  clientAddress: z.string().max(200).nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type PrivatePart = z.infer<typeof privatePart>;

/** One entry of a chain. `previous` is the leaf hash of the entry before it; zeros for the first. */
export const chainEntry = z.strictObject({
  position: z.int().positive(),
  previous: hex,
  event: chainedEvent,
  leafHash: hex,
  /** Null when its time is over. */
  private: privatePart.nullable(),
});
export type ChainEntry = z.infer<typeof chainEntry>;

export const noHash = '0'.repeat(64);

/** The hash by which an event is bound to its private part. */
export function privateHashOf(part: PrivatePart): string {
  return createHash('sha256').update(canonicalJson(part)).digest('hex');
}

/** The hash of an entry in the tree of its chain: RFC 6962 over the RFC 8785 form of its chain, place, predecessor and event. */
export function leafHashOfEntry(
  chain: string,
  { position, previous, event }: Pick<ChainEntry, 'position' | 'previous' | 'event'>,
): Buffer {
  return leafHashOf(canonicalJson({ chain, position, previous, event }));
}
