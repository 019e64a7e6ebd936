/** A labelled address (core metadata, `Project-URL`): `Source, https://example.org/source`. */
export function parseProjectUrl(text: string): { readonly label: string; readonly url: string } {
  const comma = text.indexOf(',');
  if (comma < 0) return { label: text.trim(), url: '' };
  return { label: text.slice(0, comma).trim(), url: text.slice(comma + 1).trim() };
}

/** Whether a text is an address that a page may link to: of the web, without credentials and without blanks (W1). */
export function isWebAddress(text: string): boolean {
  if (/[\s\p{Cc}]/u.test(text) || !/^https?:/i.test(text) || !URL.canParse(text)) return false;
  const { username, password, hostname } = new URL(text);
  return hostname !== '' && username === '' && password === '';
}
