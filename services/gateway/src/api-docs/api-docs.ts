import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { acceptsGzip } from '../downloads/content-coding.js';
import { gzipTag } from '../downloads/entity-tags.js';
import { isNotModified } from '../downloads/preconditions.js';
import { addVary } from '../downloads/response-headers.js';
import { readerPage, readerStart, readerStyle } from './reader-page.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);
const require = createRequire(import.meta.url);

// Nothing from elsewhere, no script or style inside of the page; it reads the document and is framed by nobody (W2).
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Part {
  readonly contentType: string;
  readonly load: () => Promise<string | Buffer>;
}

interface KeptPart {
  readonly etag: string;
  readonly packed: Buffer;
}

const parts: Readonly<Record<string, Part>> = {
  '/api/openapi.json': { contentType: 'application/json', load: openApiText },
  '/api/docs': { contentType: 'text/html; charset=utf-8', load: () => Promise.resolve(readerPage) },
  '/api/docs/reader.js': asset('text/javascript; charset=utf-8', 'swagger-ui-dist/swagger-ui-bundle.js'),
  '/api/docs/reader.css': asset('text/css; charset=utf-8', 'swagger-ui-dist/swagger-ui.css'),
  '/api/docs/start.js': { contentType: 'text/javascript; charset=utf-8', load: () => Promise.resolve(readerStart) },
  '/api/docs/page.css': { contentType: 'text/css; charset=utf-8', load: () => Promise.resolve(readerStyle) },
};

/** The OpenAPI document of the management API, and a page to read it. Nothing is loaded before somebody asks for it. */
export class ApiDocs {
  readonly #kept = new Map<string, Promise<KeptPart>>();

  /** Whether this path is one of these. */
  has(path: string): boolean {
    return Object.hasOwn(parts, path);
  }

  async send(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const part = parts[path];
    if (part === undefined) return;
    const { etag, packed } = await this.#keptPart(path, part);
    const isPacked = acceptsGzip(request.headers['accept-encoding']);
    const tag = isPacked ? gzipTag(etag) : etag;
    addVary(response, 'accept-encoding');
    response.setHeader('content-security-policy', policy);
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('etag', tag);
    if (isNotModified(request.headers, { etag: tag })) {
      response.writeHead(304).end();
      return;
    }
    const body = isPacked ? packed : await unpack(packed);
    if (isPacked) response.setHeader('content-encoding', 'gzip');
    response.setHeader('content-type', part.contentType);
    response.setHeader('content-length', body.length);
    response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
  }

  /** Packed once; what could not be loaded is tried again by the next who asks. */
  #keptPart(path: string, part: Part): Promise<KeptPart> {
    const known = this.#kept.get(path);
    if (known !== undefined) return known;
    const kept = keep(part);
    this.#kept.set(path, kept);
    kept.catch(() => this.#kept.delete(path));
    return kept;
  }
}

async function keep(part: Part): Promise<KeptPart> {
  const content = await part.load();
  const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  return { etag, packed: await pack(content) };
}

function asset(contentType: string, file: string): Part {
  return { contentType, load: () => readFile(require.resolve(file)) };
}

async function openApiText(): Promise<string> {
  const { default: document } = await import('./openapi.json', { with: { type: 'json' } });
  return JSON.stringify(document);
}
