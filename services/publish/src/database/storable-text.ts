/** Text that PostgreSQL keeps as it is: without NUL characters and halves of surrogate pairs, which JSON can carry. */
export const storableText = /^[^\0\p{Surrogate}]*$/u;

// `JSON.stringify` writes both as an escape, behind an even number of backslashes: an odd one belongs to the text.
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** The same for a document as `JSON.stringify` writes it: what this refuses, a column of type jsonb refuses. */
export function isStorableJson(json: string): boolean {
  return !unstorableEscape.test(json);
}
