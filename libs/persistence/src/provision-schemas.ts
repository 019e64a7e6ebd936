import pg from 'pg';
import { DomainError } from '@waybill/domain';

export interface ProvisionedService {
  /** Name as everywhere else (`adapter-npm`); its role and schema have `_` for `-`. */
  readonly service: string;
  readonly password: string;
}

const roleAttempts = 10;

/** The name of a service's schema and role. */
export function schemaOf(service: string): string {
  if (!/^[a-z][a-z0-9-]{0,60}$/.test(service)) {
    throw new DomainError('invalid', 'database.service-name', `${service} cannot be the name of a schema.`);
  }
  return service.replaceAll('-', '_');
}

/**
 * Makes one role and one schema per service in the database of `adminUrl`; a role can use its own schema and nothing else
 * (security.md W10 for the database). Idempotent: existing roles get the given password. Returns the address for each.
 */
export async function provisionSchemas(
  adminUrl: string,
  services: readonly ProvisionedService[],
): Promise<{ service: string; url: string }[]> {
  const client = new pg.Client({
    connectionString: adminUrl,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
  });
  await client.connect();
  try {
    const database = client.escapeIdentifier(client.database ?? 'postgres');
    await client.query('SELECT pg_advisory_lock(hashtext($1))', ['waybill.provision']);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    for (const { service, password } of services) {
      await ensureRole(client, schemaOf(service), password);
      await ensureSchema(client, database, schemaOf(service));
    }
    return services.map(({ service, password }) => ({ service, url: urlFor(adminUrl, schemaOf(service), password) }));
  } finally {
    await client.end();
  }
}

// Roles belong to the whole server, and the lock above only to one database: another one may be provisioned meanwhile.
async function ensureRole(client: pg.Client, name: string, password: string): Promise<void> {
  const role = client.escapeIdentifier(name);
  const secret = client.escapeLiteral(password);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const existing = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
      const verb = existing.rowCount === 0 ? 'CREATE' : 'ALTER';
      await client.query(`${verb} ROLE ${role} LOGIN NOINHERIT PASSWORD ${secret}`);
      return;
    } catch (error) {
      if (attempt >= roleAttempts || !isConcurrentRoleChange(error)) throw error;
    }
  }
}

async function ensureSchema(client: pg.Client, database: string, name: string): Promise<void> {
  const role = client.escapeIdentifier(name);
  await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${role} AUTHORIZATION ${role}`);
  await client.query(`REVOKE ALL ON SCHEMA ${role} FROM PUBLIC`);
}

// "role already exists", its unique index, and "tuple concurrently updated".
function isConcurrentRoleChange(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === '42710' || code === '23505' || code === 'XX000';
}

function urlFor(adminUrl: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.toString();
}
