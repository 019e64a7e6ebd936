import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EdgeDescription } from '@waybill/edge';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}pre{background:#f3f3f3;padding:.8rem;overflow:auto}';
const styleHash = createHash('sha256').update(style).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The page at `/` until a portal takes its place: where this is, and the lines to paste, as the services give them. */
export function sendLandingPage(
  request: IncomingMessage,
  response: ServerResponse,
  page: { readonly externalUrl: string; readonly descriptions: readonly EdgeDescription[] },
): void {
  const html = landingPage(page.externalUrl, page.descriptions);
  response.statusCode = 200;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('content-security-policy', policy);
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('content-length', Buffer.byteLength(html));
  response.end(request.method === 'HEAD' ? undefined : html);
}

export function landingPage(externalUrl: string, descriptions: readonly EdgeDescription[]): string {
  const snippets = descriptions
    .flatMap((description) => description.snippets)
    .map(({ client, text }) => {
      const lines = text.replaceAll('$url', externalUrl);
      return `<h2>${escapeHtml(client)}</h2>\n<pre>${escapeHtml(lines)}</pre>`;
    });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Waybill</title><meta name="viewport" content="width=device-width"><style>${style}</style></head>
<body>
<h1>Waybill</h1>
<p>A package registry in which every package travels with its papers. This one is at <code>${escapeHtml(externalUrl)}</code>.</p>
<p><a href="/api/docs">Its management API</a></p>
${snippets.join('\n')}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
