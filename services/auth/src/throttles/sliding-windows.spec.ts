import { describe, expect, it } from 'vitest';
import { SlidingWindows } from './sliding-windows.js';

describe('a sliding window', () => {
  it('is full after so many, per key, until the first of them is old', () => {
    let now = 0;
    const windows = new SlidingWindows({ windowSeconds: 10, limit: 2, now: () => now });
    windows.add('a');
    now = 4000;
    windows.add('a');
    expect([windows.waitMs('a'), windows.waitMs('b')]).toEqual([6000, 0]);
    now = 10_000;
    expect(windows.waitMs('a')).toBe(0);
  });

  it('takes back the latest, or forgets all', () => {
    const windows = new SlidingWindows({ windowSeconds: 10, limit: 1, now: () => 0 });
    windows.add('a');
    windows.takeBack('a');
    expect(windows.waitMs('a')).toBe(0);
    windows.add('a');
    windows.forget('a');
    expect(windows.waitMs('a')).toBe(0);
  });
});
