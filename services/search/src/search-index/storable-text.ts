/** Text that every database takes: without NUL characters and halves of surrogate pairs, which JSON can carry. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** For a LIKE pattern: what would be a wildcard there is the sign itself (security.md W8). */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, String.raw`\$&`);
}
