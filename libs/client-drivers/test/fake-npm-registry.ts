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

export interface Reply {
  readonly status: number;
  readonly body: Json | Buffer;
}

/**
 * The registry's side of npm's protocol, in memory on 127.0.0.1: couch login, whoami, publish, packument, tarball and
 * dist-tags. It stands in for a registry so that what is tested here is the driving of the clients.
 */
export class FakeNpmRegistry {
  readonly seen: SeenRequest[] = [];
  /** When it returns a reply, the request gets that instead of its own. */
  refuse: (method: string, path: string) => Reply | undefined = () => undefined;
  private readonly packages = new Map<string, StoredPackage>();
  private readonly users = new Map<string, string>([['alice', 'correct horse 7']]);
  private readonly tokens = new Map<string, string>([['static-token', 'alice']]);
  private readonly server: Server;
  private origin = '';

  constructor() {
    this.server = createServer((request, response) => {
      this.reply(request)
        .catch((error: unknown): Reply => ({ status: 500, body: { error: String(error) } }))
        .then((reply) => {
          send(response, reply);
        }, console.error);
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

  private async reply(request: IncomingMessage): Promise<Reply> {
    const method = request.method ?? 'GET';
    const path = decodeURIComponent(new URL(request.url ?? '/', this.origin).pathname).replace('/npm/main/', '/');
    const token = request.headers.authorization?.replace('Bearer ', '');
    this.seen.push({ method, path, token, userAgent: request.headers['user-agent'] ?? '' });
    const body = await readBody(request);
    const refusal = this.refuse(method, path);
    if (refusal !== undefined) return refusal;
    const user = token === undefined ? undefined : this.tokens.get(token);
    if (path === '/-/whoami') return user === undefined ? unauthorized : ok({ username: user });
    if (path.startsWith('/-/user/')) return this.session(method, path, object(body));
    const tags = /^\/-\/package\/(.+)\/dist-tags(?:\/([^/]+))?$/.exec(path);
    if (tags !== null && (method === 'GET' || user !== undefined)) return this.distTags(method, tags, body);
    const tarball = /^\/(.+)\/-\/[^/]+-(\d+\.\d+\.\d+)\.tgz$/.exec(path);
    if (tarball !== null) return this.tarball(tarball[1] ?? '', tarball[2] ?? '');
    if (path.startsWith('/-/') && method === 'GET') return notFound;
    if (method === 'GET') return this.packument(path.slice(1));
    if (user === undefined && method === 'PUT') return unauthorized;
    return method === 'PUT' ? this.publish(path.slice(1), object(body)) : notFound;
  }

  private session(method: string, path: string, body: Json): Reply {
    if (method === 'DELETE') {
      this.tokens.delete(path.replace('/-/user/token/', ''));
      return ok({ ok: true });
    }
    const name = String(body['name']);
    if (this.users.get(name) !== body['password']) return unauthorized;
    const token = `token-${randomUUID()}`;
    this.tokens.set(token, name);
    return { status: 201, body: { ok: true, id: `org.couchdb.user:${name}`, rev: '1', token } };
  }

  private publish(name: string, body: Json): Reply {
    const stored = this.packages.get(name) ?? {
      versions: new Map<string, Json>(),
      tarballs: new Map<string, Buffer>(),
      distTags: new Map<string, string>(),
      time: new Map<string, string>(),
    };
    for (const [version, manifest] of Object.entries(object(body['versions']))) {
      if (stored.versions.has(version)) {
        return { status: 403, body: { error: `${name}@${version} is already published` } };
      }
      const attachment = object(Object.values(object(body['_attachments']))[0]);
      const tarball = Buffer.from(String(attachment['data']), 'base64');
      const dist = {
        tarball: `${this.url}${name}/-/${name.split('/').at(-1) ?? name}-${version}.tgz`,
        integrity: integrity(tarball),
        shasum: createHash('sha1').update(tarball).digest('hex'),
      };
      stored.versions.set(version, { ...object(manifest), dist });
      stored.tarballs.set(version, tarball);
      stored.time.set(version, new Date().toISOString());
    }
    for (const [tag, version] of Object.entries(object(body['dist-tags']))) stored.distTags.set(tag, String(version));
    this.packages.set(name, stored);
    return { status: 201, body: { ok: true, success: true } };
  }

  private packument(name: string): Reply {
    const stored = this.packages.get(name);
    if (stored === undefined) return notFound;
    return ok({
      _id: name,
      name,
      'dist-tags': Object.fromEntries(stored.distTags),
      versions: Object.fromEntries(stored.versions),
      time: Object.fromEntries(stored.time),
    });
  }

  private tarball(name: string, version: string): Reply {
    const bytes = this.packages.get(name)?.tarballs.get(version);
    return bytes === undefined ? notFound : { status: 200, body: bytes };
  }

  private distTags(method: string, match: RegExpExecArray, body: unknown): Reply {
    const tags = this.packages.get(match[1] ?? '')?.distTags;
    if (tags === undefined) return notFound;
    if (method === 'GET') return ok(Object.fromEntries(tags));
    const tag = match[2] ?? '';
    if (method === 'DELETE') tags.delete(tag);
    else if (typeof body === 'string') tags.set(tag, body);
    return ok({ ok: true });
  }
}

const notFound: Reply = { status: 404, body: { error: 'Not found' } };
const unauthorized: Reply = { status: 401, body: { error: 'log in first' } };

function ok(body: Json): Reply {
  return { status: 200, body };
}

function integrity(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString();
  return request.headers['content-encoding'] === undefined && text !== '' ? (JSON.parse(text) as unknown) : {};
}
