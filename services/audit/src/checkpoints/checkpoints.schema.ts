import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import { IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import type { CheckpointEntity } from './checkpoint.entity.js';

export class CheckpointsQuery extends PageQuery {
  /** Name of the organization; the installation's own chain without. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  org?: string;
}

export const checkpointView = z.object({
  /** How many events there were. */
  size: z.int(),
  /** Of the tree over them (RFC 6962), in hex. */
  rootHash: z.string(),
  at: z.string(),
  keyName: z.string(),
  /** The signed note (C2SP tlog-checkpoint). */
  note: z.string(),
});
export type CheckpointView = z.infer<typeof checkpointView>;

export const checkpointCursor = z.strictObject({ below: z.int().positive() });

export function viewOfCheckpoint({ size, rootHash, at, keyName, note }: CheckpointEntity): CheckpointView {
  return { size, rootHash, at: at.toISOString(), keyName, note };
}
