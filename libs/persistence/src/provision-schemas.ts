import pg from 'pg';
import { DomainError } from '@waybill/domain';

export interface ProvisionedService {
  /** Name as everywhere else (`adapter-npm`); its role and schema have `_` for `-`. */
  readonly service: string;
  readonly password: string;
}

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
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const database = client.escapeIdentifier(client.database ?? 'postgres');
    await client.query('SELECT pg_advisory_lock(hashtext($1))', ['waybill.provision']);
    await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
    for (const { service, password } of services) await provision(client, database, schemaOf(service), password);
    return services.map(({ service, password }) => ({ service, url: urlFor(adminUrl, schemaOf(service), password) }));
  } finally {
    await client.end();
  }
}

async function provision(client: pg.Client, database: string, name: string, password: string): Promise<void> {
  const role = client.escapeIdentifier(name);
  const secret = client.escapeLiteral(password);
  const existing = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (existing.rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN NOINHERIT PASSWORD ${secret}`);
  else await client.query(`ALTER ROLE ${role} LOGIN NOINHERIT PASSWORD ${secret}`);
  await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${role} AUTHORIZATION ${role}`);
  await client.query(`REVOKE ALL ON SCHEMA ${role} FROM PUBLIC`);
}

function urlFor(adminUrl: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.toString();
}
