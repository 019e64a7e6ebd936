export interface HeaderBlock {
  /** Names in lower case, in their order; values with the line breaks of folded lines. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** What other readers could read differently; such a block is not to be trusted. */
  readonly ambiguity: string | undefined;
}

const maxHeaders = 20_000;
const header = /^(?<name>[!-9;-~]*):(?<value>.*)$/s;
// With these, Python's email package reads a body that is not the one that stands there.
const transforming = /^(?:content-(?:type|transfer-encoding|disposition|encoding)|mime-version)$/;

/**
 * Reads METADATA and PKG-INFO as the email package of Python does, which installers use (core metadata specification;
 * RFC 822 with UTF-8): headers to the first empty line, folded lines, then the body.
 */
export function parseHeaderBlock(text: string): HeaderBlock {
  const headers: [string, string][] = [];
  let at = 0;
  let ambiguity: string | undefined;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    const line = text.slice(at, end < 0 ? text.length : end).replace(/\r+$/, '');
    if (line === '') {
      at = next;
      break;
    }
    if (line.includes('\r')) ambiguity ??= 'a carriage return within a line';
    const folded = /^[ \t]/.test(line);
    const { name, value } = (folded ? undefined : header.exec(line)?.groups) ?? {};
    const last = headers.at(-1);
    if (folded && last !== undefined) {
      last[1] += `\n${line}`;
    } else if (name !== undefined && value !== undefined) {
      headers.push([name.toLowerCase(), value]);
      if (transforming.test(name.toLowerCase())) ambiguity ??= `the header ${name}`;
    } else {
      // For Python this line begins the body, for others it is an error or another header.
      ambiguity ??= 'a line that is no header';
      break;
    }
    if (headers.length > maxHeaders) ambiguity ??= `more than ${maxHeaders} headers`;
    if (ambiguity !== undefined) break;
    at = next;
  }
  return { headers: headers.map(([name, value]) => [name, value.trim()]), body: text.slice(at), ambiguity };
}
