import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches, isGlob, maxGlobLength } from './glob.js';

/** The same said as a regular expression; only for patterns so short that it cannot take long. */
function asRegularExpression(pattern: string): RegExp {
  const parts = pattern.match(/\*+|[^*]/gu) ?? [];
  const source = parts.map((part) => {
    if (!part.startsWith('*'))
      return part.replace(/[^a-z]/u, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
    return part.length > 1 ? '.*' : '[^/]*';
  });
  return new RegExp(`^${source.join('')}$`, 'su');
}

describe('globMatches', () => {
  it.each([
    ['refs/tags/v*', 'refs/tags/v1.2.3', true],
    ['refs/tags/v*', 'refs/tags/v', true],
    ['refs/tags/v*', 'refs/tags/v1/evil', false],
    ['refs/heads/**', 'refs/heads/release/1.x', true],
    ['refs/tags/v*', 'evil/refs/tags/v1', false],
    ['acme/*', 'acme/left-pad', true],
    ['acme/*', 'acme-evil/left-pad', false],
    ['*/left-pad', 'acme/left-pad', true],
    ['a.c', 'abc', false],
    ['**', 'x', true],
  ])('%s and %s: %s', (pattern, text, matches) => {
    expect(globMatches(pattern, text)).toBe(matches);
  });

  it('says the same as a regular expression', () => {
    const letters = fc.constantFrom('a', 'b', '/', '*', '.', '\n', '😀');
    const words = fc.string({ unit: letters, maxLength: 8 });
    fc.assert(
      fc.property(
        words,
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '\n', '😀'), maxLength: 10 }),
        (pattern, text) => {
          expect(globMatches(pattern, text)).toBe(asRegularExpression(pattern).test(text));
        },
      ),
    );
  });

  it('matches every pattern without stars to itself alone', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), fc.string({ maxLength: 50 }), (pattern, text) => {
        fc.pre(!pattern.includes('*'));
        expect(globMatches(pattern, text)).toBe(pattern === text);
      }),
    );
  });

  it('takes no pattern longer than one step per character of the text and place of the pattern', () => {
    const pattern = fc.string({ unit: fc.constantFrom('*', 'a', '**', 'b'), minLength: 50, maxLength: maxGlobLength });
    fc.assert(
      fc.property(pattern, fc.constantFrom('', 'b', '/'), (stars, end) => {
        const started = performance.now();
        globMatches(stars, 'a'.repeat(1000) + end);
        // Going back would take longer than the age of the universe; this is a thousand times what it takes.
        expect(performance.now() - started).toBeLessThan(2000);
      }),
      { numRuns: 50 },
    );
  });
});

describe('isGlob', () => {
  it.each(['a?c', '[ab]', '{a,b}', 'a\\*', 'a\nb', '', 'x'.repeat(maxGlobLength + 1)])('refuses %j', (text) => {
    expect(isGlob(text)).toBe(false);
  });
});
