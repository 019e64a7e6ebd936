import { describe, expect, it } from 'vitest';
import { maxTagsPerPackage, tagsToMove } from './tag.rules.js';

const earlier = new Date('2026-01-01T00:00:00Z');
const submitted = new Date('2026-01-02T00:00:00Z');
const later = new Date('2026-01-03T00:00:00Z');

describe('the tags of a release that is published', () => {
  it('are those that it asked for, each once', () => {
    expect(tagsToMove(['latest', 'next', 'next'], submitted, [])).toEqual(['latest', 'next']);
    expect(tagsToMove(['latest'], submitted, [{ tag: 'latest', version: '1.0.0', wishedAt: earlier }])).toEqual([
      'latest',
    ]);
  });

  it('leave alone what somebody moved after it was submitted', () => {
    expect(tagsToMove(['latest', 'next'], submitted, [{ tag: 'latest', version: '1.0.0', wishedAt: later }])).toEqual([
      'next',
    ]);
  });

  it('leave alone what somebody removed after it was submitted, and may bring back what was removed before', () => {
    const removed = (wishedAt: Date) => [{ tag: 'beta', version: null, wishedAt }];
    expect(tagsToMove(['beta'], submitted, removed(later))).toEqual([]);
    expect(tagsToMove(['beta'], submitted, removed(earlier))).toEqual(['beta']);
  });

  it('never become more than a package may have', () => {
    const full = Array.from({ length: maxTagsPerPackage }, (_, index) => ({
      tag: `t${index}`,
      version: '1.0.0',
      wishedAt: earlier,
    }));
    expect(tagsToMove(['one-more', 't7'], submitted, full)).toEqual(['t7']);
    expect(tagsToMove(['a', 'b'], submitted, full.slice(1))).toEqual(['a']);
  });
});
