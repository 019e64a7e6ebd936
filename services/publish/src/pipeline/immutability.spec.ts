import { releaseStates } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { ReleaseEntity } from '../releases/release.entity.js';
import { verdictOn } from './immutability.js';

function current(state: ReleaseEntity['state']): ReleaseEntity {
  return Object.assign(new ReleaseEntity(), { version: '1.0.0', state, fingerprint: 'the same' });
}

describe('a submission for a version', () => {
  it('that nobody took is new', () => {
    expect(verdictOn(null, 'the same')).toBe('new');
  });

  it.each(releaseStates)('that is %s joins it when the bytes are the same', (state) => {
    expect(verdictOn(current(state), 'the same')).toBe('join');
  });

  it.each(releaseStates.filter((state) => state !== 'rejected'))(
    'that is %s is a conflict when the bytes are others, and names the state (I8)',
    (state) => {
      expect(() => verdictOn(current(state), 'others')).toThrow(
        expect.objectContaining({ kind: 'conflict', code: 'release.immutable', details: { state } }),
      );
    },
  );

  it('that was rejected, and so never seen, may be taken by other bytes (I8)', () => {
    expect(verdictOn(current('rejected'), 'others')).toBe('replace');
  });
});
