import type { Readable } from 'node:stream';
import { none } from 'stream-chain/defs.js';
import { exec } from 'stream-chain/exec.js';
import type { Token } from 'stream-json/core/parser.js';
import { jsonParser } from 'stream-json/core/parser.js';
import { nextTurn } from './loop-turns.js';

/** What is parsed at once: every byte of it may be a token. */
const pieceBytes = 8 * 1024;
/** Some milliseconds of work; a document of usual size takes less and never waits. */
const workPerTurn = 8 * 1024;
const bytesPerWork = 64;

/** Takes a document token by token, with keys, strings and numbers in pieces. */
export interface TokenReading {
  /** A promise when the next token has to wait. */
  consume(token: Token): Promise<void> | undefined;
  /** Called before and after each piece of the text, with its size; throws when there was too much. */
  pieceBegins?(): void;
  pieceEnds?(bytes: number): void;
}

/**
 * Reads UTF-8 JSON (RFC 8259) and gives its tokens to `reading`. However large it is and whatever it is made of, the event
 * loop is not held by it: after some thousand tokens, or as much text as takes that long, it waits for its turn
 * (security.md I3). Errors: those of `reading` and `body`; of any other class for what is no JSON or no UTF-8.
 */
export async function readTokens(body: Readable, reading: TokenReading): Promise<void> {
  const drive = exec(jsonParser({ packValues: false, streamValues: true }));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let work = 0;
  const give = async (text: string | typeof none): Promise<void> => {
    const tokens: Token[] = [];
    void drive(text, (token: Token) => void tokens.push(token));
    work += tokens.length;
    for (const token of tokens) {
      const waiting = reading.consume(token);
      if (waiting !== undefined) await waiting;
    }
  };
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      const piece = chunk.subarray(start, start + pieceBytes);
      reading.pieceBegins?.();
      await give(decoder.decode(piece, { stream: true }));
      reading.pieceEnds?.(piece.length);
      work += piece.length / bytesPerWork;
      if (work < workPerTurn) continue;
      work = 0;
      await nextTurn();
    }
  }
  await give(decoder.decode());
  await give(none);
}
