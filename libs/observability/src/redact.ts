const replacements: readonly (readonly [RegExp, string])[] = [
  // Ours. Not bound to the start of a word: in JSON a line break before it is the letter n.
  [/wb(?:-|%2d)[0-9A-Za-z]{8,}/gi, 'wb-***'],
  // Basic and bearer credentials (RFC 7617, RFC 6750), wherever somebody quotes a header.
  [/\b(basic|bearer)\s+[\w.~+/-]{8,}=*/gi, '$1 ***'],
  // user:password@ in addresses of databases, buses and upstreams. A scheme has few letters; the bound keeps this linear.
  [/([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"]{0,100}):[^\s/@"]{1,500}@/gi, '$1:***@'],
];

/** The text without anything that looks like a credential; also for paths, since some clients put tokens there. */
export function redactTokens(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of replacements) clean = clean.replace(pattern, replacement);
  return clean.replace(dotted, withoutJwt);
}

/** What a JWT can stand in: letters, digits and dots, from where they begin, so that a long line is read once. */
const dotted = /(?<![\w.-])[\w.-]{20,}/g;
/** How JSON begins in base64url; `eyJ` is `{"`, the others have white space after the brace. */
const json = /e(?:yJ|[wy][\w-])[\w-]{8}/;

/** The text up to where a JWT (RFC 7519) begins in it: the identity tokens of CI. Its other parts are JSON or ciphertext. */
function withoutJwt(text: string): string {
  const parts = text.split('.');
  for (const [index, part] of parts.entries()) {
    const begin = part.search(json);
    const next = parts[index + 1] ?? '';
    const isJwt = begin >= 0 && next.length >= 8 && (part.startsWith('eyJ', begin) || /^e[wy]/.test(next));
    if (isJwt) return [...parts.slice(0, index), `${part.slice(0, begin)}eyJ***`].join('.');
  }
  return text;
}
