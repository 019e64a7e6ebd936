import { randomBytes } from 'node:crypto';
import { inject, vi } from 'vitest';
import type { Admin } from './waybill-process.js';

/** What tests ask of the running Waybill besides the clients: the management API, and plain HTTP. */
export class Registry {
  readonly url: string;
  readonly token: string;
  readonly admin: Admin;

  constructor(admin: Admin = inject('waybill')) {
    this.admin = admin;
    this.url = admin.url;
    this.token = admin.token;
  }

  /** Of a repository, as clients are configured with it. */
  registryUrl(repository = 'main'): string {
    return `${this.url}/npm/${repository}/`;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers });
  }

  async api(method: string, path: string, body?: object, token: string = this.token): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async apiJson<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await this.api(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  async createRepository(visibility: 'public' | 'private' | 'internal'): Promise<string> {
    const slug = unique('repo');
    await this.apiJson('POST', '/repositories', { slug, organization: 'home', visibility });
    await this.waitForRepository(slug);
    return slug;
  }

  /**
   * Adapters hear of a repository by an event. To who may read it they answer by the name that was asked for from then on; most other
   * routes, like the search, tell nobody whether there is one (security.md A6), so that they are no sign of it.
   */
  async waitForRepository(slug: string, token = this.token): Promise<void> {
    const name = unique('nothing');
    const headers = { authorization: `Bearer ${token}` };
    await vi.waitFor(
      async () => {
        const response = await this.get(`/npm/${slug}/${name}`, headers);
        const answer = await response.text();
        if (!answer.includes(name)) throw new Error(`${slug} is not there: ${response.status} ${answer}`);
      },
      { timeout: 20_000 },
    );
  }

  /** Somebody without any membership, and a token that reads and publishes what they may. */
  async createStranger(): Promise<{ username: string; password: string; token: string }> {
    const username = unique('user');
    const password = randomBytes(12).toString('hex');
    await this.apiJson('POST', '/users', { username, password });
    const response = await fetch(`${this.registryUrl()}-/user/org.couchdb.user:${username}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: username, password }),
    });
    const { token } = (await response.json()) as { token: string };
    return { username, password, token };
  }
}

/** A name that no other test uses, in this run or another. */
export function unique(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}
