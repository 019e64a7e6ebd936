import { describe, expect, it } from 'vitest';
import { escapedJson, visible, visibleLines } from './terminal.js';

describe('text of others', () => {
  it('has nothing left that a terminal would obey', () => {
    expect(visible('\u009b31m\u007f')).toBe('\u{fffd}31m\u{fffd}');
    expect(visibleLines('a,\u009b2J\tb\r\nc')).toBe('a,\u{fffd}2J\tb\u{fffd}\nc');
    expect(visible('a\u001b[2J\r\u202eb\nc')).toBe('a\u{fffd}[2J\u{fffd}\u{fffd}b c');
  });
});

describe('JSON of others', () => {
  it('says the same without what a terminal would obey', () => {
    const said = { name: 'a\u009b2J\u0085\u007f\u202eb \u001b é 😀' };
    const text = escapedJson(JSON.stringify(said));
    expect(text).toBe('{"name":"a\\u009b2J\\u0085\\u007f\\u202eb \\u001b é 😀"}');
    expect(JSON.parse(text)).toEqual(said);
  });
});
