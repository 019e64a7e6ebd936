import { describe, expect, it } from 'vitest';
import { HiddenUnicodeCheck } from '../src/checks/hidden-unicode.check.js';
import { resultOf } from './seen-file.js';

const char = (codePoint: number) => String.fromCodePoint(codePoint);

async function seen(path: string, text: string): Promise<string[]> {
  const { findings } = await resultOf(new HiddenUnicodeCheck(), { [path]: text });
  return findings.map(({ rule, level, code, line }) => `${rule} ${level} ${code} ${String(line)}`);
}

describe('text that a reader does not see (P12)', () => {
  it.each([
    ['tags', 0xe0041],
    ['variation selectors', 0xfe01],
    ['variation selectors of the supplement', 0xe0110],
    ['zero-width spaces', 0x200b],
    ['Hangul fillers', 0x3164],
  ])('is held when a long run of it is in code: %s', async (_what, codePoint) => {
    const text = `// first\nconst payload = '${char(codePoint).repeat(16)}';\n`;
    expect(await seen('package/index.js', text)).toEqual(['P12 hold unicode.invisible-run 2']);
  });

  it('is held when kinds of it are mixed in one run', async () => {
    const text = `x = '${[0xfe00, 0xe0100, 0x200b, 0xe0061].map(char).join('').repeat(4)}'`;
    expect(await seen('package/index.py', text)).toEqual(['P12 hold unicode.invisible-run 1']);
  });

  it('is typography when there is little of it: an emoji, a soft line break', async () => {
    expect(
      await seen('package/index.js', `const heart = '\u2764${char(0xfe0f)}'; const wrap = 'a${char(0x200b)}b';`),
    ).toEqual([]);
  });

  it('is a flag when it reorders what a reader sees (CVE-2021-42574)', async () => {
    const text = `\n\nif (level !== 'user${char(0x202e)} ${char(0x2066)}// admin') {}\n`;
    expect(await seen('package/auth.ts', text)).toEqual(['P12 flag unicode.bidirectional 3']);
  });

  it('is not looked for in prose, where languages need it', async () => {
    expect(await seen('package/README.md', char(0x202b).repeat(4) + char(0x200b).repeat(40))).toEqual([]);
  });

  it('is kept as a fact', async () => {
    const { facts } = await resultOf(new HiddenUnicodeCheck(), { 'package/a.js': char(0x200b).repeat(20) });
    expect(facts).toEqual([
      { check: 'hidden-unicode', path: 'package/a.js', value: { code: 'unicode.invisible-run', line: 1 } },
    ]);
  });
});
