import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, secret } from '@waybill/config';
import { busRoles } from '@waybill/contracts';
import { DomainError, toDomainError } from '@waybill/domain';
import { connectBus, natsServerUsers, operatorUser, provisionBus } from '@waybill/messaging';
import { provisionSchemas } from '@waybill/persistence';
import { z } from 'zod';
import { environment } from './config.js';
import { beginInstallation } from './first-admin.js';
import { services } from './services.js';

const schema = z.object({
  WAYBILL_SECRETS_DIR: z
    .string()
    .min(1)
    .describe('Folder with one file per password: postgres-<service>, nats-<service>, nats-operator.'),
  WAYBILL_DATABASE_ADMIN_URL: secret('postgres:// address of a role that may create roles and schemas.').optional(),
  WAYBILL_NATS_URL: z.string().min(1).optional().describe('Address of the NATS server.'),
  WAYBILL_FIRST_ADMIN_PASSWORD: secret('With first-admin: the password of the first administrator.').optional(),
});

type Settings = z.infer<typeof schema>;

/** What somebody who runs PostgreSQL and NATS themselves needs done: `schemas`, `bus`, `nats-config`, `first-admin`. */
const commands: Readonly<Record<string, (settings: Settings) => Promise<string>>> = {
  /** A role and a schema for every service. Idempotent. */
  schemas: async (settings) => {
    const url = needed(settings.WAYBILL_DATABASE_ADMIN_URL, 'WAYBILL_DATABASE_ADMIN_URL').reveal();
    const owners = services.filter((service) => service.database !== undefined).map(({ name }) => name);
    await provisionSchemas(
      url,
      owners.map((service) => ({ service, password: passwordIn(settings, `postgres-${service}`) })),
    );
    return `Schemas are ready: ${owners.join(', ')}.`;
  },
  /** The streams, and a durable consumer for every service that consumes. Idempotent. */
  bus: async (settings) => {
    const operator = await connectBus(operatorAddress(settings));
    try {
      await provisionBus(operator, busRoles);
    } finally {
      await operator.close();
    }
    return 'Streams and consumers are ready.';
  },
  /** Prints the `authorization` block of a nats-server that lets every service do what it has to, and nothing else. */
  'nats-config': (settings) => {
    const users = natsServerUsers(busRoles, (user) => passwordIn(settings, `nats-${user}`)).map((user) => ({
      user: user.user,
      password: user.password,
      permissions: {
        publish: { allow: user.permissions.publish.allow },
        subscribe: { allow: user.permissions.subscribe.allow },
        allow_responses: user.permissions.allowResponses,
      },
    }));
    return Promise.resolve(
      JSON.stringify(
        { max_payload: 1_048_576, jetstream: { store_dir: '/data' }, authorization: { users } },
        undefined,
        2,
      ),
    );
  },
  /** The first administrator, an organization and a public repository, when there is nobody yet. */
  'first-admin': async (settings) => {
    const password = needed(settings.WAYBILL_FIRST_ADMIN_PASSWORD, 'WAYBILL_FIRST_ADMIN_PASSWORD').reveal();
    await beginInstallation(operatorAddress(settings), password);
    return 'There is an administrator.';
  },
};

function operatorAddress(settings: Settings) {
  return {
    url: needed(settings.WAYBILL_NATS_URL, 'WAYBILL_NATS_URL'),
    user: operatorUser,
    password: passwordIn(settings, 'nats-operator'),
    service: operatorUser,
  };
}

function passwordIn(settings: Settings, name: string): string {
  const path = join(settings.WAYBILL_SECRETS_DIR, name);
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (text.length >= 16) return text;
  } catch (error) {
    throw new DomainError('invalid', 'provision.no-secret', `${path} cannot be read.`, { cause: error });
  }
  throw new DomainError('invalid', 'provision.weak-secret', `${path} has fewer than 16 characters.`);
}

function needed<Value>(value: Value | undefined, name: string): Value {
  if (value !== undefined) return value;
  throw new DomainError('invalid', 'config.invalid', `${name} is needed for this.`);
}

async function run(names: readonly string[]): Promise<number> {
  try {
    const settings = readConfig(schema, environment);
    if (names.length === 0)
      throw new DomainError('invalid', 'provision.usage', `Say what: ${Object.keys(commands).join(', ')}.`);
    for (const name of names) {
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
      if (command === undefined) throw new DomainError('invalid', 'provision.usage', `There is no ${name}.`);
      process.stdout.write(`${await command(settings)}\n`);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`${toDomainError(error).message}\n`);
    return 1;
  }
}

process.exit(await run(process.argv.slice(2)));
