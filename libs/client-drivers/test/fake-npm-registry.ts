import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

type Json = Record<string, unknown>;

/** One request as it arrived: what a client really sent. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly userAgent: string;
}

interface StoredPackage {
  readonly versions: Map<string, Json>;
  readonly tarballs: Map<string, Buffer>;
  readonly distTags: Map<string, string>;
  readonly time: Map<string, string>;
}

export interface Refusal {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Record<string, string>;
}

/**
 * The registry's side of npm's protocol, in memory on 127.0.0.1: couch login, whoami, publish, packument, tarball and
 * dist-tags. It stands in for a registry so that what is tested here is the driving of the clients.
 */
export class FakeNpmRegistry {
  readonly seen: SeenRequest[] = [];
  /** When it returns a refusal, the request gets that instead of its answer. */
  refuse: (method: string, path: string) => Refusal | undefined = () => undefined;
  private readonly packages = new Map<string, StoredPackage>();
  private readonly users = new Map<string, string>([['alice', 'correct horse 7']]);
  private readonly tokens = new Map<string, string>([['static-token', 'alice']]);
  private readonly server: Server;
  private origin = '';

  constructor() {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        answer(response, 500, { error: String(error) });
      });
    });
  }

  /** Ends with a slash and has a path prefix, as the addresses of a repository do. */
  get url(): string {
    return `${this.origin}/npm/main/`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.origin = `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  integrityOf(name: string, version: string): string | undefined {
    const tarball = this.packages.get(name)?.tarballs.get(version);
    return tarball === undefined ? undefined : integrity(tarball);
  }

  distTagsOf(name: string): Json {
    return Object.fromEntries(this.packages.get(name)?.distTags ?? []);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const path = decodeURIComponent(new URL(request.url ?? '/', this.origin).pathname).replace('/npm/main/', '/');
    const token = request.headers.authorization?.replace('Bearer ', '');
    this.seen.push({ method, path, token, userAgent: request.headers['user-agent'] ?? '' });
    const body = await readBody(request);
    const refusal = this.refuse(method, path);
    if (refusal !== undefined) return answer(response, refusal.status, refusal.body, refusal.headers);
    const user = token === undefined ? undefined : this.tokens.get(token);
    if (path.startsWith('/-/user/org.couchdb.user:') && method === 'PUT') return this.login(response, body);
    if (path === '/-/whoami')
      return user === undefined ? unauthorized(response) : answer(response, 200, { username: user });
    if (path.startsWith('/-/package/')) return this.distTags(method, path, body, user, response);
    if (path.startsWith('/-/user/token/') && method === 'DELETE') return this.logout(path, response);
    if (path.startsWith('/-/')) return answer(response, 404, { error: 'Not found' });
    const tarball = /^\/(.+)\/-\/[^/]+-(\d+\.\d+\.\d+)\.tgz$/.exec(path);
    if (tarball !== null) return this.tarball(tarball[1] ?? '', tarball[2] ?? '', response);
    if (method === 'PUT')
      return user === undefined ? unauthorized(response) : this.publish(path.slice(1), body, response);
    return this.packument(path.slice(1), response);
  }

  private login(response: ServerResponse, body: Json): void {
    const name = String(body['name']);
    if (this.users.get(name) !== body['password']) return unauthorized(response);
    const token = `token-${randomUUID()}`;
    this.tokens.set(token, name);
    answer(response, 201, { ok: true, id: `org.couchdb.user:${name}`, rev: '1', token });
  }

  private logout(path: string, response: ServerResponse): void {
    this.tokens.delete(path.replace('/-/user/token/', ''));
    answer(response, 200, { ok: true });
  }

  private publish(name: string, body: Json, response: ServerResponse): void {
    const stored = this.packages.get(name) ?? {
      versions: new Map(),
      tarballs: new Map(),
      distTags: new Map(),
      time: new Map(),
    };
    for (const [version, manifest] of Object.entries(object(body['versions']))) {
      if (stored.versions.has(version))
        return answer(response, 403, { error: `${name}@${version} is already published` });
      const attachment = object(Object.values(object(body['_attachments']))[0]);
      const tarball = Buffer.from(String(attachment['data']), 'base64');
      const file = `${name.split('/').at(-1) ?? name}-${version}.tgz`;
      const dist = {
        tarball: `${this.url}${name}/-/${file}`,
        integrity: integrity(tarball),
        shasum: createHash('sha1').update(tarball).digest('hex'),
      };
      stored.versions.set(version, { ...object(manifest), dist });
      stored.tarballs.set(version, tarball);
      stored.time.set(version, new Date().toISOString());
    }
    for (const [tag, version] of Object.entries(object(body['dist-tags']))) stored.distTags.set(tag, String(version));
    this.packages.set(name, stored);
    answer(response, 201, { ok: true, success: true });
  }

  private packument(name: string, response: ServerResponse): void {
    const stored = this.packages.get(name);
    if (stored === undefined) return answer(response, 404, { error: 'Not found' });
    answer(response, 200, {
      _id: name,
      name,
      'dist-tags': Object.fromEntries(stored.distTags),
      versions: Object.fromEntries(stored.versions),
      time: Object.fromEntries(stored.time),
    });
  }

  private tarball(name: string, version: string, response: ServerResponse): void {
    const bytes = this.packages.get(name)?.tarballs.get(version);
    if (bytes === undefined) return answer(response, 404, { error: 'Not found' });
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes);
  }

  private distTags(
    method: string,
    path: string,
    body: Json | string,
    user: string | undefined,
    response: ServerResponse,
  ): void {
    const match = /^\/-\/package\/(.+)\/dist-tags(?:\/([^/]+))?$/.exec(path);
    const tags = this.packages.get(match?.[1] ?? '')?.distTags;
    if (tags === undefined) return answer(response, 404, { error: 'Not found' });
    if (method === 'GET') return answer(response, 200, Object.fromEntries(tags));
    if (user === undefined) return unauthorized(response);
    const tag = match?.[2] ?? '';
    if (method === 'DELETE') tags.delete(tag);
    else tags.set(tag, String(body));
    answer(response, 201, { ok: true });
  }
}

function integrity(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function unauthorized(response: ServerResponse): void {
  answer(response, 401, { error: 'log in first' });
}

function answer(response: ServerResponse, status: number, body: Json, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString();
  return request.headers['content-encoding'] === undefined && text !== '' ? (JSON.parse(text) as Json) : {};
}
