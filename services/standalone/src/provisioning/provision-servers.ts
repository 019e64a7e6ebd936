import type { Environment } from '@waybill/config';
import { readConfig } from '@waybill/config';
import { busRoles } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { connectBus, operatorUser, provisionBus } from '@waybill/messaging';
import { provisionSchemas } from '@waybill/persistence';
import { provisionExtensions } from '@waybill/service-host';
import { services } from '../services.js';
import { readPasswords } from './installation-passwords.js';
import { provisionConfig } from './provision-config.js';
import { waitUntil } from './wait-until.js';

// PostgreSQL that starts, stops or has no connection left; addresses and names that do not answer yet.
const passing = /^(57P0[123]|53300|ECONN.*|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * Makes what all services need on servers that exist: a role and a schema each, extensions, the streams and one consumer each.
 * Idempotent: what is there is brought up to date, passwords too. Returns what was done, in one sentence.
 */
export async function provisionServers(environment: Environment): Promise<string> {
  const config = readConfig(provisionConfig, environment);
  const owners = services.filter((service) => service.database !== undefined).map(({ name }) => name);
  const passwordOf = await readPasswords(environment, [
    `nats-${operatorUser}`,
    ...owners.map((service) => `postgres-${service}`),
  ]);
  const seconds = config.WAYBILL_PROVISION_SECONDS;
  await waitUntil({
    seconds,
    mendable: isPassing,
    work: async () => {
      const adminUrl = config.WAYBILL_DATABASE_ADMIN_URL.reveal();
      const wanted = owners.map((service) => ({ service, password: passwordOf(`postgres-${service}`) }));
      await provisionSchemas(adminUrl, wanted);
      await provisionExtensions(adminUrl, services);
    },
  }).catch((cause: unknown) => {
    throw new DomainError(
      'unavailable',
      'provision.database',
      `The database could not be prepared: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  });
  await waitUntil({
    seconds,
    // A server of a cluster may know the users a moment later than it takes connections.
    mendable: () => true,
    work: () => makeStreams(config.WAYBILL_NATS_URL, passwordOf(`nats-${operatorUser}`), config.WAYBILL_NATS_REPLICAS),
  }).catch((cause: unknown) => {
    throw new DomainError('unavailable', 'provision.bus', `The message bus could not be prepared: ${reasonOf(cause)}`, {
      cause,
    });
  });
  return `Schemas, roles, streams and consumers are there for ${busRoles.map(({ service }) => service).join(', ')}.`;
}

async function makeStreams(url: string, password: string, replicas: number): Promise<void> {
  const operator = await connectBus({ url, user: operatorUser, password, service: operatorUser });
  try {
    await provisionBus(operator, busRoles, replicas);
  } finally {
    await operator.close();
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isPassing);
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return passing.test(error.code);
  return /terminated|timeout/i.test(error.message);
}

/** The sentence of the error and of what caused it; none of them holds an address with its password. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${reasonOf(error.cause)})`;
}
