import { Readable } from 'node:stream';
import type { Token } from 'stream-json/core/parser.js';
import { describe, expect, it } from 'vitest';
import { readTokens } from './json-tokens.js';

/** Counts the turns of the event loop, and how many tokens there were at most between two of them. */
function watchLoop() {
  const watched = { turns: 0, mostTokens: 0, tokens: 0 };
  let inThisTurn = 0;
  let immediate: NodeJS.Immediate;
  const turn = (): void => {
    watched.turns += 1;
    // What came before the first turn is the start of every reading.
    if (watched.turns > 1) watched.mostTokens = Math.max(watched.mostTokens, inThisTurn);
    inThisTurn = 0;
    immediate = setImmediate(turn);
  };
  immediate = setImmediate(turn);
  const consume = (): undefined => {
    inThisTurn += 1;
    watched.tokens += 1;
  };
  const stop = (): typeof watched => {
    clearImmediate(immediate);
    return watched;
  };
  return { consume, stop };
}

function body(text: string | Buffer): Readable {
  return Readable.from([Buffer.from(text)]);
}

describe('other requests while a large document is read (I3)', () => {
  it.each([
    ['numbers', `[${'1,'.repeat(500_000)}1]`],
    ['empty texts', `[${'"",'.repeat(300_000)}1]`],
    ['brackets', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['one text of escapes', `"${'\\n'.repeat(500_000)}"`],
    ['members', `{${'"a":1,'.repeat(150_000)}"b":1}`],
  ])('have a turn after each few thousand tokens: %s', async (_what, text) => {
    const loop = watchLoop();
    await readTokens(body(text), loop);
    const { turns, tokens, mostTokens } = loop.stop();
    expect(tokens).toBeGreaterThan(500_000);
    expect(mostTokens).toBeLessThan(25_000);
    expect(turns).toBeGreaterThan(tokens / 25_000);
  });

  it('have a turn as often when many are read at the same time', async () => {
    const loop = watchLoop();
    const text = `[${'1,'.repeat(100_000)}1]`;
    await Promise.all(Array.from({ length: 20 }, () => readTokens(body(text), loop)));
    const { turns, tokens, mostTokens } = loop.stop();
    expect(tokens).toBe(20 * 300_005);
    expect(mostTokens).toBeLessThan(25_000);
    expect(turns).toBeGreaterThan(tokens / 25_000);
  });

  it('have a turn where there is nothing but whitespace', async () => {
    const loop = watchLoop();
    await readTokens(body(`[${' '.repeat(16 * 1024 * 1024)}]`), loop);
    expect(loop.stop().turns).toBeGreaterThan(16);
  });

  it('need none for a document of usual size', async () => {
    const loop = watchLoop();
    await readTokens(body(JSON.stringify({ versions: { '1.0.0': { name: 'a', keywords: ['b', 'c'] } } })), loop);
    expect(loop.stop().turns).toBe(0);
  });
});

describe('the text of a document (I4)', () => {
  it.each([
    ['a byte that is none of UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['half a character at its end', Buffer.from([0x22, 0x61, 0x22, 0xe2, 0x82])],
  ])('is UTF-8 and nothing else: %s', async (_what, bytes) => {
    await expect(readTokens(body(bytes), { consume: () => undefined })).rejects.toThrow(TypeError);
  });

  it('is the same in whatever pieces its characters come', async () => {
    const read: string[] = [];
    const consume = (token: Token): undefined => {
      if (token.name === 'stringChunk') read.push(token.value);
    };
    const bytes = Buffer.from('"a€😀ü"');
    await readTokens(Readable.from([...bytes].map((byte) => Buffer.from([byte]))), { consume });
    expect(read.join('')).toBe('a€😀ü');
  });
});
