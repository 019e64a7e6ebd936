import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.js';

const parse = (text: string) => parseStrictJson(Buffer.from(text));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('JSON (I4)', () => {
  it('is what JSON.parse says', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20, noUnicodeString: false }), (text) => {
        if (/__proto__|prototype/.test(text)) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, deep inside', '[{"x":{"a":1,"b":[{"a":1}],"a":2}}]'],
    ['a key twice, once in disguise', String.raw`{"role":1,"r\u006fle":2}`],
    ['__proto__', '{"a":{"__proto__":{"admin":true}}}'],
    ['__proto__ in disguise', String.raw`{"\u005f_proto__":{}}`],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['too many levels', nested(101)],
    ['far too many levels', nested(5000)],
    ['far too many levels of objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['a comment', '{"a":1/* b */}'],
    ['a comma too many', '[1,]'],
    ['an open end', '{"a":'],
    ['nothing', ''],
    ['two values', '{}{}'],
    ['NaN', '[NaN]'],
    ['half a character', String.raw`{"a":"\ud83d"}`],
    ['half a character in a key', String.raw`{"\udc00":1}`],
    ['a byte order mark', '\ufeff{}'],
  ])('with %s is refused', (_what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'body.malformed' }));
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow('UTF-8');
  });

  it.each([
    '{"a":{"a":1},"b":{"a":1}}',
    '{"constructor":"1.0.0","prototype":"1.0.0"}',
    nested(100),
    ' "text" ',
    '{"":1}',
    String.raw`"\ud83d\ude00"`,
  ])('like %s is read', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});
