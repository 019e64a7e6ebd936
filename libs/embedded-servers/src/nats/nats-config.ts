/** What a user of the bus may do. Subjects that are not allowed are denied; a denied one wins over an allowed one. */
export interface NatsPermissions {
  readonly publish: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  /** May answer a request on its reply subject, whatever `publish` says. */
  readonly allowResponses?: boolean;
}

export interface NatsUser {
  readonly user: string;
  readonly password: string;
  /** None: everything is allowed. */
  readonly permissions?: NatsPermissions;
}

export interface NatsConfig {
  /** Undefined: everybody on this machine may connect, without a password (only for tests). */
  readonly users?: readonly NatsUser[];
  /** A free one unless given. */
  readonly port?: number;
  /** Largest message; package bytes do not travel in messages. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
}

export interface NatsFiles {
  readonly storeDir: string;
  readonly pidFile: string;
  readonly serverName: string;
}

const defaultMaxPayloadBytes = 1024 * 1024;
const plainText = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;

/** The configuration file; JSON is a form of it that nats-server reads. It holds passwords. */
export function natsConfigText(config: NatsConfig, files: NatsFiles): string {
  return JSON.stringify(
    {
      server_name: files.serverName,
      host: '127.0.0.1',
      port: config.port ?? -1,
      pid_file: files.pidFile,
      max_payload: config.maxPayloadBytes ?? defaultMaxPayloadBytes,
      jetstream: { store_dir: files.storeDir },
      ...(config.users === undefined ? {} : { authorization: natsAuthorization(config.users) }),
    },
    undefined,
    2,
  );
}

/** The `authorization` of a server's configuration: who may connect, and what each may do. */
export function natsAuthorization(users: readonly NatsUser[]): { readonly users: readonly object[] } {
  return { users: users.map(userEntry) };
}

function userEntry({ user, password, permissions }: NatsUser): object {
  return {
    user: plain(user),
    password: plain(password),
    ...(permissions === undefined
      ? {}
      : {
          permissions: {
            publish: subjects(permissions.publish),
            subscribe: subjects(permissions.subscribe),
            ...(permissions.allowResponses === true ? { allow_responses: true } : {}),
          },
        }),
  };
}

/** An empty list of allowed subjects would mean "everything" to nats-server; it has to mean "nothing". */
function subjects(entry: NatsPermissions['publish']): object {
  const deny = entry.deny ?? [];
  if (entry.allow.length === 0) return { deny: ['>'] };
  return { allow: entry.allow.map(plain), ...(deny.length === 0 ? {} : { deny: deny.map(plain) }) };
}

/** nats-server knows fewer escapes than JSON, so that nothing that would need one is let through. */
function plain(text: string): string {
  if (!plainText.test(text)) throw new Error('A user, password or subject of the bus holds a character it may not.');
  return text;
}
