import { exitCodes } from './exit-code.js';

/** Where a command reads from and writes to: the process's own streams, or a test's. */
export interface Terminal {
  /** Results: what a script reads. */
  out(text: string): void;
  /** Everything else: progress, questions, errors. */
  err(text: string): void;
  /** Everything on standard input, at most `maxBytes`. */
  readInput(maxBytes: number): Promise<string>;
  readonly isInteractive: boolean;
  /** Whether somebody looks at the results, and no file or program takes them. */
  readonly isScreen: boolean;
}

/** Text of others, without what a terminal would obey (escape sequences, carriage returns, bidirectional marks). */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu, (character) =>
    character === '\n' || character === '\t' ? ' ' : '\u{fffd}',
  );
}

/**
 * JSON with the characters that a terminal would obey written as `\\u009b`: what JSON escapes by itself are those below U+0020
 * alone, and a terminal of eight bits takes U+009B for an escape sequence. It is the same JSON.
 */
export function escapedJson(json: string): string {
  return json.replaceAll(/[\u{7f}-\u{9f}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu, escaped);
}

/** Text in lines that somebody looks at: of what a terminal would obey only the line feeds and tabs are left. */
export function visibleLines(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, visible);
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

export function processTerminal(): Terminal {
  process.stdout.on('error', endQuietly);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readInput: (maxBytes) => readAll(process.stdin, maxBytes),
    isScreen: process.stdout.isTTY,
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  };
}

async function readAll(stream: AsyncIterable<unknown>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    const bytes = Buffer.from(part as Uint8Array);
    size += bytes.length;
    if (size > maxBytes) throw new Error('There is more on standard input than is read.');
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Whoever read along has read enough (`waybill … | head`). */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.success);
}
