const maxShownCharacters = 200;

/**
 * A hostile text for an answer, quoted as Warehouse quotes it (Python's `repr`): what nobody sees is escaped, so that it stays
 * on one line, and what is long is cut.
 */
export function shown(text: string): string {
  const short = text.length > maxShownCharacters ? `${text.slice(0, maxShownCharacters)}…` : text;
  const quote = short.includes("'") && !short.includes('"') ? '"' : "'";
  const escaped = short
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter);
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function escapeCharacter(character: string): string {
  if (character === '\n') return String.raw`\n`;
  if (character === '\r') return String.raw`\r`;
  if (character === '\t') return String.raw`\t`;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return String.raw`\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff
    ? String.raw`\u${code.toString(16).padStart(4, '0')}`
    : String.raw`\U${code.toString(16).padStart(8, '0')}`;
}
