import { randomUUID } from 'node:crypto';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import type { ApiRequest } from './api-request.js';
import { errorOfAnswer } from './problem.js';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where there was no body. */
  readonly json: unknown;
}

const timeoutMs = 60_000;
const maxPages = 1000;

/**
 * A path whose segments are encoded, so that a name can be nothing but a name: path`/orgs/${org}/teams`. Throws `CliError`
 * `usage` for one that a URL would take for the folder itself or the one above (RFC 3986 §5.2.4), and for an empty one.
 */
export function path(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((text, part, index) => text + segmentOf(String(values[index - 1])) + part);
}

function segmentOf(name: string): string {
  if (!/^\.{0,2}$/.test(name)) return encodeURIComponent(name);
  throw new CliError(`${JSON.stringify(name)} is no name of anything.`, exitCodes.usage);
}

/** Speaks with `/api/v1` of one installation. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
  ) {}

  /** Throws `CliError` for every answer that is no success. */
  async send(request: ApiRequest): Promise<ApiAnswer> {
    return this.#sendTo(this.#target(request), request);
  }

  /** Every item of a list, page after page, as the `Link` headers lead; at most `limit`. */
  async *items(request: ApiRequest, limit: number): AsyncGenerator<unknown, void, undefined> {
    let next: string | undefined = this.#target(request);
    let given = 0;
    for (let pages = 0; next !== undefined && pages < maxPages; pages += 1) {
      const { json, headers } = await this.#sendTo(next, request);
      for (const item of itemsOf(json)) {
        if (given >= limit) return;
        given += 1;
        yield item;
      }
      next = this.#nextOf(headers.get('link'));
    }
  }

  /** The answer as it comes, for exports. */
  fetch(request: ApiRequest): Promise<Response> {
    return this.#fetch(this.#target(request), request);
  }

  async #sendTo(target: string, request: ApiRequest): Promise<ApiAnswer> {
    const response = await this.#fetch(target, request);
    const text = await response.text();
    const json = text === '' ? undefined : parsed(text);
    if (!response.ok) throw errorOfAnswer(response.status, json, request);
    return { status: response.status, headers: response.headers, json };
  }

  async #fetch(target: string, { method, body, accept, ifMatch }: ApiRequest): Promise<Response> {
    const headers: Record<string, string> = { accept: accept ?? 'application/json', 'user-agent': 'waybill-cli/0.1.0' };
    if (this.token !== undefined) headers['authorization'] = `Bearer ${this.token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (ifMatch !== undefined) headers['if-match'] = ifMatch;
    // A request that is repeated by somebody in between creates nothing twice.
    if (method === 'POST') headers['idempotency-key'] = randomUUID();
    try {
      // A redirect could lead the token elsewhere (security.md W3).
      return await fetch(target, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new CliError(`${this.url} cannot be reached.`, exitCodes.unavailable, [reasonOf(error)]);
    }
  }

  #target({ path: below, query = {} }: ApiRequest): string {
    const target = new URL(`${this.url}/api/v1${below}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) target.searchParams.set(name, String(value));
    }
    return target.href;
  }

  /** The next page, of the same installation: a token goes nowhere else. */
  #nextOf(link: string | null): string | undefined {
    const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
    if (next === undefined) return undefined;
    const target = new URL(next, `${this.url}/`);
    return target.origin === new URL(this.url).origin ? target.href : undefined;
  }
}

function itemsOf(json: unknown): readonly unknown[] {
  if (typeof json === 'object' && json !== null && 'items' in json && Array.isArray(json.items)) return json.items;
  throw new CliError('The server answered with something that is no list.', exitCodes.failure);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'The connection failed.';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
