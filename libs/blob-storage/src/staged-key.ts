import { randomUUID } from 'node:crypto';

import { DomainError } from '@waybill/domain';

/** `staged/<yyyy-mm-dd>/<uuid>`: made by the store alone, never from anything a client sent. */
export type StagedKey = string & { readonly __brand: 'StagedKey' };

const shape = /^staged\/\d{4}-\d{2}-\d{2}\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A fresh name under the day of `now` (UTC). */
export function newStagedKey(now: Date = new Date()): StagedKey {
  return `staged/${now.toISOString().slice(0, 10)}/${randomUUID()}` as StagedKey;
}

export function isStagedKey(value: unknown): value is StagedKey {
  return typeof value === 'string' && value.length === 54 && shape.test(value);
}

/** Throws `invalid` `blob.staged-key-malformed`. Keys that arrive in messages go through here. */
export function parseStagedKey(value: unknown): StagedKey {
  if (!isStagedKey(value)) {
    throw new DomainError('invalid', 'blob.staged-key-malformed', 'That is not the key of a staged upload.');
  }
  return value;
}
