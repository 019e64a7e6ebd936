import type { UnitOfWork } from '@waybill/persistence';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditActor } from './audit-actor.js';
import type { AuditEntry, AuditTrail } from './audit-trail.js';
import { Refusals } from './refusals.js';

interface Written {
  readonly by: AuditActor;
  readonly entry: AuditEntry;
}

const minute = 60_000;
const ada = { actor: 'user:ada' };

let written: Written[];
let broken: boolean;
let logged: unknown[];
let refusals: Refusals;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  [written, logged, broken] = [[], [], false];
  const trail = {
    record: (_manager: unknown, by: AuditActor, entry: AuditEntry) => {
      if (broken) return Promise.reject(new Error('the database is away'));
      written.push({ by, entry });
      return Promise.resolve();
    },
  };
  const unitOfWork = { run: <Result>(work: (manager: unknown) => Promise<Result>) => work({}) };
  const log = { error: (fields: unknown) => void logged.push(fields) };
  refusals = new Refusals(trail as unknown as AuditTrail, unitOfWork as unknown as UnitOfWork, log as never);
});

afterEach(async () => {
  await refusals.onModuleDestroy();
  vi.useRealTimers();
});

function entryOf(subject: string, details = {}): AuditEntry {
  return { action: 'access.admin', subject, details };
}

describe('what is refused (W9)', () => {
  it('is one event, of the outcome `refused`', async () => {
    await refusals.record(ada, entryOf('repository:1', { route: 'r' }));
    expect(written).toEqual([{ by: ada, entry: { ...entryOf('repository:1', { route: 'r' }), outcome: 'refused' } }]);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(written).toHaveLength(1);
  });

  it('again and again is one event more a minute, with their number (W4)', async () => {
    for (let count = 0; count < 500; count += 1) await refusals.record(ada, entryOf('repository:1'));
    expect(written).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(minute + 10_000);
    expect(written).toHaveLength(2);
    expect(written[1]?.entry.details).toEqual({ repeated: { count: 499, since: '1970-01-01T00:00:00.000Z' } });
    await refusals.record(ada, entryOf('repository:1'));
    expect(written).toHaveLength(3);
  });

  it('is told apart by who, what and to what', async () => {
    await refusals.record(ada, entryOf('repository:1'));
    await refusals.record({ actor: 'user:ben' }, entryOf('repository:1'));
    await refusals.record(ada, entryOf('repository:2'));
    await refusals.record(ada, { ...entryOf('repository:1'), action: 'access.delete' });
    expect(written).toHaveLength(4);
  });

  it('of somebody unknown is told apart by the address', async () => {
    await refusals.record({ actor: 'anonymous', clientAddress: '10.0.0.1' }, entryOf('user:1'));
    await refusals.record({ actor: 'anonymous', clientAddress: '10.0.0.2' }, entryOf('user:1'));
    expect(written).toHaveLength(2);
  });

  it('to one who tries everything there is becomes one event together (W4)', async () => {
    for (let count = 0; count < 1000; count += 1) await refusals.record(ada, entryOf(`repository:${count}`));
    expect(written).toHaveLength(100);
    await refusals.record({ actor: 'user:ben' }, entryOf('repository:1'));
    expect(written).toHaveLength(101);
    await vi.advanceTimersByTimeAsync(minute + 10_000);
    expect(written).toHaveLength(102);
    expect(written.at(-1)).toMatchObject({
      by: ada,
      entry: { subject: 'many', details: { repeated: { count: 900 } } },
    });
  });

  it('takes no more memory for however many there are (W4)', async () => {
    for (let count = 0; count < 20_000; count += 1) {
      await refusals.record({ actor: 'anonymous', clientAddress: `address-${count}` }, entryOf('user:1'));
    }
    expect(written).toHaveLength(10_000);
    await refusals.onModuleDestroy();
    expect(written.at(-1)).toMatchObject({
      by: { actor: 'anonymous' },
      entry: { subject: 'many', details: { repeated: { count: 10_000 } } },
    });
  });

  it('stays refused where it cannot be written down, which is logged', async () => {
    broken = true;
    await expect(refusals.record(ada, entryOf('repository:1'))).resolves.toBeUndefined();
    expect(logged).toHaveLength(1);
  });

  it('is written down before the service stops', async () => {
    await refusals.record(ada, entryOf('repository:1'));
    await refusals.record(ada, entryOf('repository:1'));
    await refusals.onModuleDestroy();
    expect(written).toHaveLength(2);
  });
});
