const maxCharacters = 200;
const maxWords = 16;
const maxWordCharacters = 64;

/** What was typed, as every index understands it. */
export interface SearchText {
  /** Letters and digits only: `@acme/left-pad`, `left pad` and `LeftPad` differ in the scope alone. */
  readonly key: string;
  /** As typed but for case and space around it; tells the exact name from one that reads like it. */
  readonly literal: string;
  /** All must be found for a match by text. */
  readonly words: readonly string[];
}

/** Whatever a client sends becomes something that can be asked for; undefined when nothing was typed. */
export function parseSearchText(text: string): SearchText | undefined {
  const literal = firstOf(normalName(text.trim()), maxCharacters).trim();
  if (literal === '') return undefined;
  return { literal, key: nameKey(literal), words: wordsOf(literal).slice(0, maxWords) };
}

/** A name without its separators, so that `left-pad`, `left_pad` and `leftPad` are found by each other. */
export function nameKey(name: string): string {
  return wordsOf(name).join('');
}

/** One spelling for all that differ in case or in compatible characters only. */
export function normalName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** The words of a text in lower case, each bounded; signs are no part of a word. */
export function wordsOf(text: string): string[] {
  const words = normalName(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.map((word) => firstOf(word, maxWordCharacters));
}

// By code points, so that none is cut in half.
function firstOf(text: string, characters: number): string {
  return Array.from(text).slice(0, characters).join('');
}
