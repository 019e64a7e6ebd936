import { describe, expect, it } from 'vitest';
import { decideRelease } from './finding.js';
import { assertMayBecome, isSettled, isVisible, mayBecome, releaseStates } from './release-state.js';

describe('the life of a release', () => {
  it('reaches no client before it was cleared', () => {
    expect(releaseStates.filter(isVisible)).toEqual(['published', 'yanked', 'deprecated']);
    expect(mayBecome('staged', 'published')).toBe(false);
    expect(mayBecome('quarantined', 'published')).toBe(true);
  });

  it('ends with rejection', () => {
    expect(releaseStates.some((state) => mayBecome('rejected', state))).toBe(false);
    expect(() => assertMayBecome('rejected', 'published')).toThrow(/rejected cannot become published/);
  });

  it('is settled once waiting changes nothing', () => {
    expect(releaseStates.filter((state) => !isSettled(state))).toEqual(['staged', 'quarantined']);
  });
});

describe('the decision on a scan', () => {
  const hold = { rule: 'P11', code: 'secret.found', level: 'hold', message: 'A key.' } as const;
  const refuse = { rule: 'P10', code: 'archive.path-traversal', level: 'refuse', message: 'A way out.' } as const;
  const flag = { rule: 'P12', code: 'binary.found', level: 'flag', message: 'A binary.' } as const;

  it('publishes what is clean or only flagged', () => {
    expect(decideRelease({ completed: true, findings: [flag] })).toEqual({ verdict: 'published', reasons: [] });
  });

  it('holds and rejects with every reason', () => {
    expect(decideRelease({ completed: true, findings: [flag, hold] })).toEqual({ verdict: 'held', reasons: [hold] });
    expect(decideRelease({ completed: true, findings: [hold, refuse] }).reasons).toEqual([refuse, hold]);
  });

  it('never takes an unfinished scan for clean (I9)', () => {
    expect(decideRelease({ completed: false, findings: [] }).verdict).toBe('held');
  });
});
