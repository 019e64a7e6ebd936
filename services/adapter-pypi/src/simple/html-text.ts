import { escapeUTF8 } from 'entities';

/** Text as it stands in HTML, as the content of an element or the quoted value of an attribute. */
export function htmlText(text: string): string {
  return escapeUTF8(text);
}

/** ` name="value"`, escaped. */
export function htmlAttribute(name: string, value: string): string {
  return ` ${name}="${escapeUTF8(value)}"`;
}
