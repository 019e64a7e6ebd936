/** Characters of a pattern. */
export const maxGlobLength = 200;

/**
 * Whether a text is a pattern that Waybill takes: `*` stands for any characters within a segment (none of them `/`), `**`
 * for any at all, everything else for itself. What other kinds of patterns read in another way is refused, so that nobody
 * believes to have said something else.
 */
export function isGlob(text: string): boolean {
  return text.length > 0 && text.length <= maxGlobLength && !/[?[\]{}\\\p{Cc}]/u.test(text);
}

/**
 * Whether a pattern is that of the whole text. All places of the pattern that the text so far could have reached are kept
 * together and each character is looked at once: linear in the text for every pattern, without going back.
 */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.match(/\*+|[^*]/gu) ?? [];
  let reached = withSkippedStars(new Set([0]), parts);
  for (const character of text) {
    const next = new Set<number>();
    for (const at of reached) {
      const part = parts[at];
      if (part === undefined) continue;
      if (part.startsWith('*')) {
        if (part.length > 1 || character !== '/') next.add(at);
      } else if (part === character) next.add(at + 1);
    }
    if (next.size === 0) return false;
    reached = withSkippedStars(next, parts);
  }
  return reached.has(parts.length);
}

/** A star also stands for nothing. A set is walked over its new members, too. */
function withSkippedStars(reached: Set<number>, parts: readonly string[]): Set<number> {
  for (const at of reached) if (parts[at]?.startsWith('*') === true) reached.add(at + 1);
  return reached;
}
