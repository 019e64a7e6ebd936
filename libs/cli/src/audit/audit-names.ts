import { z } from 'zod';
import type { ApiClient } from '../api/api-client.js';
import type { ApiRequest } from '../api/api-request.js';
import { path } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

/** Where ids and their names are listed, and which field is which. `person`: names that `--actor` takes. */
interface Source {
  readonly path: string;
  readonly query?: NonNullable<ApiRequest['query']>;
  readonly id: string;
  readonly name: string;
  readonly person?: boolean;
}

const idPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const maxPerSource = 1000;
const shownOfUnknown = 8;

/** Who acts without being a person: services, and what they do by themselves. */
const parts = [
  'anonymous',
  'group-mapping',
  'leak-report',
  'notifications',
  'operator',
  'policy',
  'publish',
  'scanner',
];

const found = z.object({ id: z.string() });

/** Names of what the audit log has ids of, as far as the caller may know them; it asks nothing that they may not. */
export class AuditNames {
  readonly #names = new Map<string, string>();
  readonly #people = new Map<string, string>();

  private constructor(
    private readonly api: ApiClient,
    private readonly org: string | undefined,
  ) {}

  static async of(api: ApiClient, org: string | undefined): Promise<AuditNames> {
    const names = new AuditNames(api, org);
    await Promise.all(sourcesOf(org).map((source) => names.#read(source)));
    return names;
  }

  /** Text with names for ids; of an unknown id its beginning. */
  text(text: string): string {
    return text.replaceAll(idPattern, (id) => this.#names.get(id) ?? `${id.slice(0, shownOfUnknown)}…`);
  }

  /** What `--actor` stands for in the API. Throws `CliError` `notFound` for nobody. */
  async actorOf(typed: string): Promise<string> {
    if (/^(?:user|token):/.test(typed)) return typed;
    const known = this.#people.get(typed) ?? (await this.#idOfUser(typed));
    if (known !== undefined) return `user:${known}`;
    if (parts.includes(typed)) return typed;
    const where = this.org === undefined ? '' : ` in ${this.org}`;
    throw new CliError(`There is nobody called ${typed}${where}, or you may not see them.`, exitCodes.notFound, [
      `--actor takes a username, user:<id>, token:<id>, or a part of the installation: ${parts.join(', ')}.`,
    ]);
  }

  async #idOfUser(username: string): Promise<string | undefined> {
    return found.safeParse(await this.#answer({ method: 'GET', path: path`/users/${username}` })).data?.id;
  }

  async #read({ id, name, person, ...target }: Source): Promise<void> {
    try {
      for await (const row of this.api.items({ method: 'GET', ...target }, maxPerSource)) {
        const [key, value] = [fieldOf(row, id), fieldOf(row, name)];
        if (key === undefined || value === undefined) continue;
        this.#names.set(key, value);
        if (person === true) this.#people.set(value, key);
      }
    } catch (error) {
      // What somebody may not list they are told by its id.
      if (!(error instanceof CliError)) throw error;
    }
  }

  async #answer(request: ApiRequest): Promise<unknown> {
    try {
      return (await this.api.send(request)).json;
    } catch (error) {
      if (error instanceof CliError) return undefined;
      throw error;
    }
  }
}

function sourcesOf(org: string | undefined): readonly Source[] {
  if (org === undefined) {
    return [
      { path: '/users', id: 'id', name: 'username', person: true },
      { path: '/orgs', id: 'id', name: 'name' },
      { path: '/repositories', id: 'repositoryId', name: 'slug' },
      { path: '/token-report', id: 'id', name: 'prefix' },
    ];
  }
  return [
    { path: path`/orgs/${org}/members`, id: 'id', name: 'username', person: true },
    { path: path`/orgs/${org}/service-accounts`, id: 'id', name: 'username', person: true },
    { path: path`/orgs/${org}/teams`, id: 'id', name: 'name' },
    { path: path`/orgs/${org}/token-report`, id: 'id', name: 'prefix' },
    { path: '/orgs', id: 'id', name: 'name' },
    { path: '/repositories', query: { org }, id: 'repositoryId', name: 'slug' },
    { path: '/packages', query: { org }, id: 'id', name: 'purl' },
    { path: '/webhooks', query: { org }, id: 'id', name: 'url' },
    { path: '/namespaces', query: { org }, id: 'namespaceId', name: 'pattern' },
  ];
}

function fieldOf(row: unknown, name: string): string | undefined {
  const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
