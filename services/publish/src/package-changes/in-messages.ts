const maxMessageCharacters = 300_000;

/**
 * Splits what one wish changed so that each part fits into an event (a message of the bus has at most 1 MB, and a
 * character up to four bytes in JSON text of this kind). Most wishes are one part.
 */
export function inMessages<Entry>(entries: readonly Entry[], maxCharacters = maxMessageCharacters): Entry[][] {
  const parts: Entry[][] = [];
  let part: Entry[] = [];
  let characters = 0;
  for (const entry of entries) {
    const size = JSON.stringify(entry).length;
    if (part.length > 0 && characters + size > maxCharacters) {
      parts.push(part);
      part = [];
      characters = 0;
    }
    part.push(entry);
    characters += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
