import { describe, expect, it } from 'vitest';
import { isUsername, parseUsername } from './username.rules.js';

describe('usernames', () => {
  it('are lower-case words with single hyphens', () => {
    for (const name of ['a', 'admin', 'ada-lovelace', '4711', 'x'.repeat(64)]) expect(isUsername(name)).toBe(true);
    for (const name of ['', 'Ada', '-a', 'a-', 'a--b', 'a b', 'a/b', 'аda', 'a\n', 'x'.repeat(65), '../x']) {
      expect(isUsername(name)).toBe(false);
    }
  });

  it('are refused with a sentence that explains them', () => {
    expect(() => parseUsername('Ada')).toThrow('lower-case');
  });
});
