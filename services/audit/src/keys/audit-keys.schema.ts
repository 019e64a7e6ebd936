import { IsString, Length, Matches } from 'class-validator';
import { z } from 'zod';
import type { LineKey } from './key-line.rules.js';

export class RotateAuditKeyBody {
  /** Name of the key that signs now: whoever asks twice rotates once. */
  @IsString()
  @Length(1, 200)
  @Matches(/^[\x21-\x7e]+$/)
  replaces!: string;
}

export const auditKeyView = z.object({
  /** As it stands in the notes that it signed. */
  name: z.string(),
  /** `name+hash+key` (C2SP signed-note). */
  publicKey: z.string(),
  createdAt: z.string(),
  /** Since when it signs no more; null for the one that does. */
  retiredAt: z.string().nullable(),
});
export type AuditKeyView = z.infer<typeof auditKeyView>;

export const auditKeysView = z.object({ items: z.array(auditKeyView) });

export function viewOfKey({ name, publicKey, createdAt, retiredAt }: Omit<LineKey, 'privateKey'>): AuditKeyView {
  return { name, publicKey, createdAt: createdAt.toISOString(), retiredAt: retiredAt?.toISOString() ?? null };
}
