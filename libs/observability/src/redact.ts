const replacements: readonly (readonly [RegExp, string])[] = [
  // Ours. Not bound to the start of a word: in JSON a line break before it is the letter n.
  [/wb(?:-|%2d)[0-9A-Za-z]{8,}/gi, 'wb-***'],
  // Basic and bearer credentials (RFC 7617, RFC 6750), wherever somebody quotes a header.
  [/\b(basic|bearer)\s+[\w.~+/-]{8,}=*/gi, '$1 ***'],
  // JWTs (RFC 7519): the identity tokens of CI.
  [/eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, 'eyJ***'],
  // user:password@ in addresses of databases, buses and upstreams. A scheme has few letters; the bound keeps this linear.
  [/([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"]{0,100}):[^\s/@"]{1,500}@/gi, '$1:***@'],
];

/** The text without anything that looks like a credential; also for paths, since some clients put tokens there. */
export function redactTokens(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of replacements) clean = clean.replace(pattern, replacement);
  return clean;
}
