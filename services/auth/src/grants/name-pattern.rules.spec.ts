import { describe, expect, it } from 'vitest';
import { patternOf, purlPrefixOf } from './name-pattern.rules.js';

describe('a pattern of names', () => {
  it.each([
    ['npm/@acme/*', 'pkg:npm/%40acme/', 'npm/@acme/*'],
    ['npm/*', 'pkg:npm/', 'npm/*'],
    ['npm/@acme/ui-*', 'pkg:npm/%40acme/ui-', 'npm/@acme/ui-*'],
    ['maven/com.acme/*', 'pkg:maven/com.acme/', 'maven/com.acme/*'],
    ['pypi/Acme_*', 'pkg:pypi/acme-', 'pypi/acme-*'],
    ['cargo/acme*', 'pkg:cargo/acme', 'cargo/acme*'],
  ])('is how canonical purls begin: %s (I5)', (pattern, prefix, again) => {
    expect(purlPrefixOf(pattern)).toBe(prefix);
    expect(patternOf(prefix)).toBe(again);
  });

  it.each([
    '*',
    'npm',
    'npm/',
    'npm/left-pad',
    'npm/*/x*',
    'npm/a*b*',
    '/x*',
    'np m/*',
    'npm/%40acme/*',
    'npm/\u0000*',
    `npm/${'a'.repeat(300)}*`,
  ])('has an ecosystem and one star, at the end: %j', (pattern) => {
    expect(() => purlPrefixOf(pattern)).toThrow('A pattern is an ecosystem');
  });
});
