import { describe, expect, it } from 'vitest';
import { parseBio, parseWebsite } from './profile.rules.js';

describe('what people say of themselves', () => {
  it.each([
    ['Packs.\r\nShips. ', 'Packs.\nShips.'],
    ['  ', null],
  ])('is kept as plain lines: %j', (text, kept) => {
    expect(parseBio(text)).toBe(kept);
  });

  it.each(['turned \u202e around', 'bell \u0007', 'x'.repeat(501)])(
    'is refused where it hides or floods: %j',
    (text) => {
      expect(() => parseBio(text)).toThrow(expect.objectContaining({ code: 'user.bio' }) as Error);
    },
  );
});

describe('a website', () => {
  it.each([
    ['https://ada.example/page', 'https://ada.example/page'],
    ['HTTPS://Ada.Example', 'https://ada.example/'],
    ['', null],
  ])('is an address with https: %j', (text, kept) => {
    expect(parseWebsite(text)).toBe(kept);
  });

  it.each([
    'http://ada.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://a:b@c.example',
    'ada.example',
    '//x',
  ])('is not %j (W1)', (text) => {
    expect(() => parseWebsite(text)).toThrow(expect.objectContaining({ code: 'user.website' }) as Error);
  });
});
