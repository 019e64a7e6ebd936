import { DomainError } from '@waybill/domain';
import type { OutboundClient } from '@waybill/outbound';
import { z } from 'zod';
import type { Forge, ForgeKind } from './forge.rules.js';

/** Injection token. */
export const FORGE_LOOKUP = Symbol('waybill.forge-lookup');

/** A public repository at a forge. */
export interface ForgeRepository {
  readonly name: string;
  readonly owner: string;
  /** Stays with whoever the name belonged to when they give it up. */
  readonly ownerId: string;
}

export interface ForgeLookup {
  /**
   * The public repository of the owner with that name; undefined where there is none, or it is elsewhere by now. Errors:
   * `unavailable` `forge.unavailable`.
   */
  find(forge: Forge, owner: string, name: string): Promise<ForgeRepository | undefined>;
}

const timeoutMilliseconds = 5000;
const maxAnswerBytes = 256 * 1024;
const id = z.union([z.int().positive(), z.string().min(1).max(100)]).transform(String);
const name = z.string().max(300);

const ownedRepository = z
  .object({ name, private: z.boolean(), owner: z.object({ login: name, id }) })
  .transform(({ owner, ...rest }) => ({ ...rest, owner: owner.login, ownerId: owner.id }));
const answers: Record<ForgeKind, z.ZodType<ForgeRepository & { readonly private: boolean }>> = {
  // docs.github.com/rest/repos/repos#get-a-repository
  github: ownedRepository,
  // docs.gitlab.com/api/projects, "Get a single project"; ids of users and of groups are those of their namespaces.
  gitlab: z
    .object({ path: name, visibility: name, namespace: z.object({ id, full_path: name }) })
    .transform(({ path, visibility, namespace }) => ({
      name: path,
      private: visibility !== 'public',
      owner: namespace.full_path,
      ownerId: namespace.id,
    })),
  // forgejo.org/docs, API, repoGet.
  forgejo: ownedRepository,
};

/** Through the API of the forge, as anybody may ask it. Redirects are not followed: an owner that was renamed is not that owner. */
export class HttpForgeLookup implements ForgeLookup {
  readonly #client: OutboundClient;

  constructor(client: OutboundClient) {
    this.#client = client;
  }

  async find(forge: Forge, owner: string, wanted: string): Promise<ForgeRepository | undefined> {
    const answer = await this.#client
      .send({
        method: 'GET',
        url: addressOf(forge, owner, wanted),
        headers: { accept: 'application/json', 'user-agent': 'Waybill-Namespaces/1' },
        timeoutMilliseconds,
        maxAnswerBytes,
      })
      .catch((cause: unknown) => {
        throw unavailable(cause);
      });
    if (answer.status === 404 || (answer.status >= 300 && answer.status < 400)) return undefined;
    if (answer.status !== 200) throw unavailable(new Error(`The forge answered ${String(answer.status)}.`));
    const found = parse(forge.kind, answer.body);
    return found.private ? undefined : { name: found.name, owner: found.owner, ownerId: found.ownerId };
  }
}

function addressOf({ kind, apiUrl }: Forge, owner: string, wanted: string): string {
  const [one, other] = [encodeURIComponent(owner), encodeURIComponent(wanted)];
  return kind === 'gitlab' ? `${apiUrl}/projects/${one}%2F${other}` : `${apiUrl}/repos/${one}/${other}`;
}

function parse(kind: ForgeKind, body: Buffer): ForgeRepository & { readonly private: boolean } {
  try {
    return answers[kind].parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** What exactly went wrong stays with the operator. */
function unavailable(cause: unknown): DomainError {
  return new DomainError('unavailable', 'forge.unavailable', 'The forge gives no answer now; try again.', {
    cause,
    retryAfterSeconds: 30,
  });
}
