import { describe, expect, it } from 'vitest';
import { visible } from './terminal.js';

describe('text of others', () => {
  it('has nothing left that a terminal would obey', () => {
    expect(visible('a\u001b[2J\r\u202eb\nc')).toBe('a\u{fffd}[2J\u{fffd}\u{fffd}b c');
  });
});
