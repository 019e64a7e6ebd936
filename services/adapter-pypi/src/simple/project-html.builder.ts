import { htmlAttribute, htmlText } from './html-text.js';
import type { ProjectPage, SimpleFile } from './simple-page.js';
import { offeredFiles, simpleApiVersion } from './simple-page.js';

/** The page of a project as HTML5 (PEP 503, 592, 629, 658, 714, 740, 792). */
export function buildProjectHtml(page: ProjectPage): Buffer {
  const { name, status, statusReason } = page;
  const head = [
    ['pypi:repository-version', simpleApiVersion],
    ['pypi:project-status', status],
    ...(statusReason === undefined ? [] : [['pypi:project-status-reason', statusReason]]),
  ] as const;
  const title = `Links for ${htmlText(name)}`;
  return Buffer.from(
    [
      ...htmlStart(title, head),
      `<h1>${title}</h1>`,
      ...offeredFiles(page).map((file) => `${fileHtml(file)}<br>`),
      ...htmlEnd,
    ].join('\n'),
  );
}

/** `title` is HTML; the names and contents of `<meta>` elements are text. */
export function htmlStart(title: string, meta: readonly (readonly string[])[]): string[] {
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    ...meta.map(
      ([name = '', content = '']) => `<meta${htmlAttribute('name', name)}${htmlAttribute('content', content)}>`,
    ),
    `<title>${title}</title>`,
    '</head>',
    '<body>',
  ];
}

export const htmlEnd = ['</body>', '</html>', ''] as const;

function fileHtml(file: SimpleFile): string {
  const metadata = file.metadataSha256 === undefined ? undefined : `sha256=${file.metadataSha256}`;
  const attributes: readonly (readonly [string, string | undefined])[] = [
    ['href', `${file.url}#sha256=${file.sha256}`],
    ['data-requires-python', file.requiresPython],
    // Empty where no reason was given: that it is there is what counts (PEP 592).
    ['data-yanked', file.yanked],
    ['data-core-metadata', metadata],
    ['data-dist-info-metadata', metadata],
    ['data-provenance', file.provenanceUrl],
  ];
  const written = attributes.map(([name, value]) => (value === undefined ? '' : htmlAttribute(name, value)));
  return `<a${written.join('')}>${htmlText(file.filename)}</a>`;
}
