import type { Letter } from './mail-templates.js';

export interface RenderedLetter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const maxSubjectCharacters = 200;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A letter as text and as simple HTML: no pictures, no style sheets, nothing that is loaded. Whatever somebody chose is one line
 * without control characters, so that it ends no header and begins no paragraph, and means nothing in HTML.
 */
export function renderLetter({ link, ...letter }: Letter, externalUrl: string): RenderedLetter {
  const paragraphs = letter.paragraphs.map(oneLine);
  const footer = `Sent by the package registry at ${oneLine(externalUrl)}`;
  const url = link === undefined ? undefined : new URL(link.url).href;
  const linkText = link === undefined || url === undefined ? [] : [`${link.label}:\n${url}`];
  const linkHtml =
    link === undefined || url === undefined
      ? []
      : [`<p><a href="${escaped(url)}">${escaped(link.label)}</a></p>`, `<p>${escaped(url)}</p>`];
  return {
    subject: oneLine(letter.subject).slice(0, maxSubjectCharacters),
    text: `${[...paragraphs, ...linkText, `-- \n${footer}`].join('\n\n')}\n`,
    html: [
      '<!doctype html><html lang="en"><body>',
      ...paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`),
      ...linkHtml,
      `<p><small>${escaped(footer)}</small></p></body></html>`,
    ].join('\n'),
  };
}

// Line and paragraph separators too, and what turns the direction of the text around.
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .toWellFormed()
    .trim();
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
