import { describe, expect, it } from 'vitest';
import { latestOf } from './latest-version.rules.js';

describe('the version that stands for a package', () => {
  it.each<[what: string, versions: string[], tag: string | undefined, expected: string | undefined]>([
    ['the one that is tagged latest', ['1.0.0', '2.0.0'], '1.0.0', '1.0.0'],
    ['the highest where the tag points at none that is left', ['1.0.0', '2.0.0'], '3.0.0', '2.0.0'],
    ['the highest, not the newest', ['2.0.0', '1.9.0', '1.10.0'], undefined, '2.0.0'],
    ['a stable one before any other', ['1.0.0', '2.0.0-beta.1'], undefined, '1.0.0'],
    [
      'the highest of all where none is stable',
      ['2.0.0-beta.2', '2.0.0-beta.10', '2.0.0-alpha'],
      undefined,
      '2.0.0-beta.10',
    ],
    ['the newest where versions are not semantic', ['2023b', '2024a', '2022c'], undefined, '2022c'],
    ['none where there is none', [], '1.0.0', undefined],
  ])('is %s', (_what, versions, tag, expected) => {
    const releases = versions.map((version, index) => ({ version, publishedAt: new Date(index * 1000) }));
    expect(latestOf(releases, tag)?.version).toBe(expected);
  });
});
