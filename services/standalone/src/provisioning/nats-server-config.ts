import type { Environment } from '@waybill/config';
import { readConfig } from '@waybill/config';
import { busRoles } from '@waybill/contracts';
import { natsAuthorization } from '@waybill/embedded-servers';
import { natsServerUsers, operatorUser } from '@waybill/messaging';
import { readPasswords } from './installation-passwords.js';
import { natsConfig } from './provision-config.js';

const port = 4222;
const maxPayloadBytes = 1024 * 1024;

/** The configuration of one nats-server with every user of the topology. It holds their passwords. */
export async function natsServerConfig(environment: Environment): Promise<string> {
  const config = readConfig(natsConfig, environment);
  const names = [...busRoles.map(({ service }) => service), operatorUser];
  const passwordOf = await readPasswords(
    environment,
    names.map((name) => `nats-${name}`),
  );
  return json({
    server_name: config.WAYBILL_NATS_SERVER_NAME,
    host: '0.0.0.0',
    port,
    max_payload: maxPayloadBytes,
    jetstream: { store_dir: config.WAYBILL_NATS_STORE_DIR },
    authorization: natsAuthorization(natsServerUsers(busRoles, (user) => passwordOf(`nats-${user}`))),
  });
}

/** What each user may do, without passwords and in order: what the Helm chart keeps beside its templates. */
export function natsPermissions(): string {
  const users = natsServerUsers(busRoles, () => 'unknown').map(({ permissions, ...user }) => ({
    ...user,
    permissions: {
      ...permissions,
      publish: { allow: permissions.publish.allow.toSorted() },
      subscribe: { allow: permissions.subscribe.allow.toSorted() },
    },
  }));
  return json(Object.fromEntries(users.map(({ user, permissions }) => [user, permissionsEntry(user, permissions)])));
}

function permissionsEntry(
  user: string,
  permissions: ReturnType<typeof natsServerUsers>[number]['permissions'],
): object {
  const [entry] = natsAuthorization([{ user, password: 'unknown', permissions }]).users as { permissions: object }[];
  return entry?.permissions ?? {};
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
