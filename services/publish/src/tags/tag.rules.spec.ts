import { describe, expect, it } from 'vitest';
import { maxTagsPerPackage, tagsToMove } from './tag.rules.js';

const earlier = new Date('2026-01-01T00:00:00Z');
const submitted = new Date('2026-01-02T00:00:00Z');
const later = new Date('2026-01-03T00:00:00Z');

describe('the tags of a release that is published', () => {
  it('are those that it asked for, each once', () => {
    expect(tagsToMove(['latest', 'next', 'next'], submitted, [])).toEqual(['latest', 'next']);
    expect(tagsToMove(['latest'], submitted, [{ tag: 'latest', wishedAt: earlier }])).toEqual(['latest']);
  });

  it('leave alone what somebody moved after it was submitted', () => {
    expect(tagsToMove(['latest', 'next'], submitted, [{ tag: 'latest', wishedAt: later }])).toEqual(['next']);
  });

  it('never become more than a package may have', () => {
    const full = Array.from({ length: maxTagsPerPackage }, (_, index) => ({ tag: `t${index}`, wishedAt: earlier }));
    expect(tagsToMove(['one-more', 't7'], submitted, full)).toEqual(['t7']);
    expect(tagsToMove(['a', 'b'], submitted, full.slice(1))).toEqual(['a']);
  });
});
