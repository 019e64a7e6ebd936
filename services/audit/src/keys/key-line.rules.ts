import type { KeyObject } from 'node:crypto';
import { endorseKey, openEndorsement } from '@waybill/audit-chain';
import type { AuditKeyEntity } from './audit-key.entity.js';

/** A row whose sealed private key opens to its public one: somebody had the secret who wrote it. */
export interface GenuineKey {
  readonly row: AuditKeyEntity;
  readonly privateKey: KeyObject;
}

/** A key in the line of the installation's keys: the one before it has endorsed it, the one after it has ended it. */
export interface LineKey {
  readonly name: string;
  readonly publicKey: string;
  readonly endorsement: string;
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
  readonly privateKey: KeyObject;
}

/**
 * The keys that follow one another, oldest first; the last one signs. What stands in the rows besides is not believed: times are
 * those of the endorsements, which nobody writes who has the database alone; the last one that is retired has lost the row of the one
 * after it, and does not sign again. A row that no other one leads to is left out.
 */
export function lineOf(keys: readonly GenuineKey[]): readonly LineKey[] {
  const publicKeys = keys.map(({ row }) => row.publicKey);
  const endorsed = keys.flatMap(({ row, privateKey }) => {
    const { name, publicKey, endorsement, retiredAt } = row;
    const said = endorsement === null ? undefined : openEndorsement(endorsement, publicKeys);
    if (endorsement === null || said?.publicKey !== publicKey) return [];
    const createdAt = new Date(said.time);
    return [{ name, publicKey, endorsement, privateKey, createdAt, retiredAt, by: said.signedBy }];
  });
  const line: LineKey[] = [];
  for (let next = endorsed.find(({ by, publicKey }) => by === publicKey); next !== undefined;) {
    const { by: _by, ...key } = next;
    line.push(key);
    next = endorsed.find(({ by, publicKey }) => by === key.publicKey && publicKey !== key.publicKey);
    if (line.length > endorsed.length) return [];
  }
  return line.map((key, index) => ({ ...key, retiredAt: line[index + 1]?.createdAt ?? key.retiredAt }));
}

/** Endorsements for the genuine keys that have none, each by the one before it: of installations from before there were any. */
export function missingEndorsements(keys: readonly GenuineKey[]): { name: string; endorsement: string }[] {
  const inOrder = keys.toSorted((one, other) => one.row.createdAt.getTime() - other.row.createdAt.getTime());
  return inOrder.flatMap(({ row: { name, publicKey, createdAt, endorsement }, privateKey }, index) => {
    if (endorsement !== null) return [];
    const before = inOrder[index - 1];
    const by = before === undefined ? { name, privateKey } : { name: before.row.name, privateKey: before.privateKey };
    return [{ name, endorsement: endorseKey({ publicKey, time: createdAt.toISOString() }, by) }];
  });
}
