import { releaseStates } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { ReleaseEntity } from '../releases/release.entity.js';
import { verdictOn } from './immutability.js';

function current(state: ReleaseEntity['state']): ReleaseEntity {
  return Object.assign(new ReleaseEntity(), {
    version: '1.0.0',
    state,
    fingerprint: 'the same',
    batchId: null,
    ownDecision: null,
    reasons: [],
    staging: null,
  });
}

describe('a submission for a version', () => {
  it('that nobody took is new', () => {
    expect(verdictOn(null, 'the same')).toBe('new');
  });

  it.each(releaseStates)('that is %s joins it when the bytes are the same', (state) => {
    expect(verdictOn(current(state), 'the same')).toBe('join');
  });

  it.each(releaseStates.filter((state) => state !== 'rejected' && state !== 'withdrawn'))(
    'that is %s is a conflict when the bytes are others, and names the state (I8)',
    (state) => {
      expect(() => verdictOn(current(state), 'others')).toThrow(
        expect.objectContaining({ kind: 'conflict', code: 'release.immutable', details: { state } }),
      );
    },
  );

  it('that was withdrawn is refused as such when the bytes are others (I8)', () => {
    expect(() => verdictOn(current('withdrawn'), 'others')).toThrow(
      expect.objectContaining({ kind: 'forbidden', code: 'release.withdrawn' }),
    );
  });

  it('that was rejected, and so never seen, may be taken by other bytes (I8)', () => {
    expect(verdictOn(current('rejected'), 'others')).toBe('replace');
  });

  it('that was rejected because nobody had time to approve it is checked anew (P8)', () => {
    const late = Object.assign(current('rejected'), { staging: 'expired' });
    expect(verdictOn(late, 'the same')).toBe('replace');
    const rejected = Object.assign(current('rejected'), { staging: 'rejected' });
    expect(verdictOn(rejected, 'the same')).toBe('join');
  });

  it('that was rejected because of others in its batch is checked anew, and joined where it was itself the reason', () => {
    const batchId = 'a batch';
    const innocent = { verdict: 'published' as const, reasons: [] };
    const guilty = { verdict: 'rejected' as const, reasons: [] };
    const rejected = current('rejected');
    expect(verdictOn(Object.assign(rejected, { batchId, ownDecision: innocent }), 'the same')).toBe('replace');
    expect(verdictOn(Object.assign(rejected, { batchId, ownDecision: null }), 'the same')).toBe('replace');
    expect(verdictOn(Object.assign(rejected, { batchId, ownDecision: guilty }), 'the same')).toBe('join');
  });
});
