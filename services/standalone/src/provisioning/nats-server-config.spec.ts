import { busRoles } from '@waybill/contracts';
import { describe, expect, it } from 'vitest';
import { natsPermissions, natsServerConfig } from './nats-server-config.js';

interface Allowed {
  readonly allow: readonly string[];
}

interface Printed {
  readonly authorization: {
    readonly users: readonly {
      readonly user: string;
      readonly password: string;
      readonly permissions: { readonly publish: Allowed; readonly subscribe: Allowed };
    }[];
  };
}

function environmentWithPasswords(): Record<string, string> {
  const users = [...busRoles.map(({ service }) => service), 'operator'];
  return Object.fromEntries(
    users.map((user, index) => [
      `WAYBILL_SECRET_NATS_${user.replaceAll('-', '_').toUpperCase()}`,
      `password-of-number-${String(index).padStart(12, '0')}`,
    ]),
  );
}

describe('the configuration of nats-server', () => {
  it('has a user for every service of the topology and the operator, each with a password of its own (W10)', async () => {
    const { authorization } = JSON.parse(await natsServerConfig(environmentWithPasswords())) as Printed;
    const names = authorization.users.map(({ user }) => user);
    expect(names).toEqual([...busRoles.map(({ service }) => service), 'operator']);
    expect(new Set(authorization.users.map(({ password }) => password)).size).toBe(names.length);
  });

  it('is not printed with a password that is missing (W10)', async () => {
    await expect(natsServerConfig({})).rejects.toMatchObject({ code: 'config.invalid' });
  });

  it('lets a user do what its role says, the same with and without passwords (W10)', async () => {
    const { authorization } = JSON.parse(await natsServerConfig(environmentWithPasswords())) as Printed;
    const permissions = JSON.parse(natsPermissions()) as Record<string, object>;
    const printed = authorization.users.map(({ user, permissions }) => [
      user,
      {
        ...permissions,
        publish: { allow: permissions.publish.allow.toSorted() },
        subscribe: { allow: permissions.subscribe.allow.toSorted() },
      },
    ]);
    expect(permissions).toEqual(Object.fromEntries(printed));
    expect(permissions['scanner']).toMatchObject({
      subscribe: { allow: ['_INBOX.scanner.>', 'broadcast.scanner.>', 'dead-letter-retry.scanner'] },
      allow_responses: true,
    });
  });
});
