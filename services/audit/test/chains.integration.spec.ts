import { canonicalJson } from '@waybill/audit-chain';
import { auditRecordedByPublish } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChainWriter } from '../src/chains/chain-writer.js';
import { factsOf, type RunningAudit, startAudit } from './running-audit.js';

let audit: RunningAudit;

beforeAll(async () => {
  audit = await startAudit({ replicas: 2 });
});

afterAll(async () => {
  await audit.stop();
});

async function positionsOf(chain: string): Promise<number[]> {
  const rows = await audit.query('SELECT position FROM chain_entries WHERE chain = $1 ORDER BY position', [chain]);
  return rows.map((row) => Number(row['position']));
}

describe('the schema of audit', () => {
  it('is what its entities say: nothing drifted', async () => {
    expect(await audit.drift()).toEqual([]);
  });

  it('only grows: the service cannot change, delete or empty what is written (W9)', async () => {
    const { organizationId } = await audit.organization();
    await audit.record({ organizationId });
    await audit.settled();
    for (const statement of [
      `UPDATE chain_entries SET actor = 'nobody'`,
      `UPDATE chain_entries SET private = NULL`,
      `UPDATE chain_entries SET private = NULL, event = '{}', recorded_at = now() - interval '1 year'`,
      `DELETE FROM chain_entries`,
      `TRUNCATE chain_entries`,
      `DELETE FROM checkpoints`,
      `TRUNCATE checkpoints`,
    ]) {
      await expect(audit.query(statement)).rejects.toThrow('append-only');
    }
  });
});

describe('a chain (W9)', () => {
  it('has every event once and no gap, however many come at once, to two replicas', async () => {
    const { organizationId } = await audit.organization();
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => audit.record({ organizationId, subject: `team:${index}` })),
    );
    await audit.settled();
    expect(await positionsOf(organizationId)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    const rows = await audit.query(
      `SELECT previous, lag(leaf_hash) OVER (ORDER BY position) AS before FROM chain_entries WHERE chain = $1`,
      [organizationId],
    );
    expect(rows.slice(1).every((row) => row['previous'] === row['before'])).toBe(true);
  });

  it('keeps the order in which things were announced, with one replica', async () => {
    const { organizationId } = await audit.organization();
    const writer = audit.get(ChainWriter, { strict: false });
    const wishes = Array.from({ length: 30 }, (_, index) => factsOf({ organizationId, subject: `team:${index}` }));
    await Promise.all(wishes.map((facts) => writer.append('auth', facts)));
    const rows = await audit.query('SELECT subject FROM chain_entries WHERE chain = $1 ORDER BY position', [
      organizationId,
    ]);
    expect(rows.map((row) => row['subject'])).toEqual(wishes.map(({ subject }) => subject));
  });

  it('takes what is delivered again once (W10)', async () => {
    const { organizationId } = await audit.organization();
    const facts = factsOf({ organizationId });
    const type = auditRecordedByPublish;
    for (let count = 0; count < 5; count += 1) await audit.emit(type, 'again', facts);
    await audit.record({ organizationId });
    await audit.settled();
    expect(await positionsOf(organizationId)).toEqual([1, 2]);
  });

  it('takes the same event once, also when several write it at the same time', async () => {
    const { organizationId } = await audit.organization();
    const writer = audit.get(ChainWriter, { strict: false });
    const facts = factsOf({ organizationId });
    await Promise.all(Array.from({ length: 20 }, () => writer.append('auth', facts)));
    expect(await positionsOf(organizationId)).toEqual([1]);
  });

  it('does not let one service stand for another by the id of its event', async () => {
    const { organizationId } = await audit.organization();
    const facts = await audit.record({ organizationId });
    await audit.record({ ...facts, action: 'team.delete' }, auditRecordedByPublish);
    await audit.settled();
    const rows = await audit.query('SELECT source, action FROM chain_entries WHERE chain = $1 ORDER BY source', [
      organizationId,
    ]);
    expect(rows).toEqual([
      { source: 'auth', action: 'team.create' },
      { source: 'publish', action: 'team.delete' },
    ]);
  });

  it('keeps organizations apart, and what is nobody’s in the chain of the installation', async () => {
    const [one, other] = [await audit.organization(), await audit.organization()];
    const nobodys = await audit.record();
    await audit.record({ organizationId: one.organizationId });
    await audit.record({ organizationId: other.organizationId });
    await audit.settled();
    expect(await positionsOf(one.organizationId)).toEqual([1]);
    const rows = await audit.query('SELECT chain FROM chain_entries WHERE event_id = $1', [nobodys.eventId]);
    expect(rows).toEqual([{ chain: 'installation' }]);
  });

  it('hashes any text that an event may have', async () => {
    const { organizationId } = await audit.organization();
    const details = { 'ü"\\': ['\u2028', '😀', 1e21, 0.1, null, true, { z: 1, a: 2 }] };
    await audit.record({ organizationId, details });
    await audit.settled();
    const [row] = await audit.query('SELECT private FROM chain_entries WHERE chain = $1', [organizationId]);
    const kept = JSON.parse(String(row?.['private'])) as { details: unknown };
    expect(kept.details).toEqual(details);
    expect(canonicalJson(kept)).toBe(row?.['private']);
  });
});
