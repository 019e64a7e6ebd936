import { readConfig } from '@waybill/config';
import { startOpenIdServer } from '@waybill/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';
import { beginPath, SignOnGround } from '../../test/sign-on-ground.js';
import { authConfig } from '../config.js';

const canary = 'canary-of-a-secret';
const nobodyThere = '127.0.0.1:1';
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function authWith(settings: Readonly<Record<string, string>>): Promise<RunningAuth> {
  const auth = await startAuth({ settings });
  stops.push(() => auth.stop());
  return auth;
}

/** What the operator is warned of. */
function warnings(auth: RunningAuth): Record<string, unknown>[] {
  const lines = auth.logLines().map((line) => JSON.parse(line) as Record<string, unknown>);
  return lines.filter(({ level }) => level === 40 || level === 'warn');
}

describe('what fails at a provider or a directory', () => {
  it('is in the log, when the provider is not there', async () => {
    const provider = await startOpenIdServer('https://waybill.example/login/sign-on/return');
    const { issuer } = provider;
    await provider.stop();
    const auth = await authWith({
      WAYBILL_SIGN_ON_ISSUER: issuer,
      WAYBILL_SIGN_ON_CLIENT_ID: 'waybill',
      WAYBILL_SIGN_ON_CLIENT_SECRET: canary,
    });
    const page = await auth.page(beginPath);
    expect([page.status, page.html.includes('ECONNREFUSED')]).toEqual([503, false]);
    expect(warnings(auth)).toContainEqual(
      expect.objectContaining({ provider: issuer, cause: expect.stringContaining('ECONNREFUSED') as string }),
    );
    expect(auth.logLines().join('\n')).not.toContain(canary);
  });

  it('is in the log, when the provider refuses this installation (W6)', async () => {
    const ground = await SignOnGround.start({ WAYBILL_SIGN_ON_CLIENT_SECRET: canary });
    stops.push(() => ground.stop());
    const { page } = await ground.signOn({ sub: 'w-1', preferred_username: 'wim' });
    expect(page.status).toBe(401);
    expect(warnings(ground.auth)).toContainEqual(
      expect.objectContaining({ cause: expect.stringContaining('401') as string }),
    );
    expect(ground.auth.logLines().join('\n')).not.toContain(canary);
  });

  it('is in the log, when the directory is not there (W6)', async () => {
    const auth = await authWith({
      WAYBILL_LDAP_URL: `ldap://${nobodyThere}`,
      WAYBILL_LDAP_USER_BASE: 'ou=people,dc=acme,dc=example',
      WAYBILL_LDAP_BIND_DN: 'cn=waybill',
      WAYBILL_LDAP_BIND_PASSWORD: canary,
    });
    const { status } = await auth.signIn('lara', `${canary}, a person’s`);
    expect(status).toBe(503);
    expect(warnings(auth)).toContainEqual(
      expect.objectContaining({ cause: expect.stringContaining('ECONNREFUSED') as string }),
    );
    expect(auth.logLines().join('\n')).not.toContain(canary);
  });
});

describe('half of what lets people in from elsewhere', () => {
  const whole = {
    WAYBILL_NATS_URL: 'nats://127.0.0.1:4222',
    WAYBILL_DATABASE_URL: 'postgres://a:b@localhost/c',
    WAYBILL_STORE_DIR: '/tmp',
    WAYBILL_AUTH_KEY_SECRET: 'a secret of the installation, for tests',
    WAYBILL_EXTERNAL_URL: 'https://waybill.example',
  };

  it.each([
    [{ WAYBILL_SIGN_ON_ISSUER: 'https://id.example' }, 'WAYBILL_SIGN_ON_CLIENT_ID'],
    [{ WAYBILL_SIGN_ON_CLIENT_ID: 'waybill' }, 'WAYBILL_SIGN_ON_ISSUER'],
    [{ WAYBILL_SIGN_ON_CLIENT_SECRET: canary }, 'WAYBILL_SIGN_ON_ISSUER'],
    [{ WAYBILL_LDAP_URL: 'ldaps://ldap.example' }, 'WAYBILL_LDAP_USER_BASE'],
    [{ WAYBILL_LDAP_GROUP_BASE: 'ou=groups' }, 'WAYBILL_LDAP_URL'],
    [
      { WAYBILL_LDAP_URL: 'ldaps://ldap.example', WAYBILL_LDAP_USER_BASE: 'ou=a', WAYBILL_LDAP_BIND_DN: 'cn=waybill' },
      'WAYBILL_LDAP_BIND_PASSWORD',
    ],
  ])('is refused at the start: %j without %s', (half, missing) => {
    expect(() => readConfig(authConfig, { ...whole, ...half })).toThrow(new RegExp(`${missing}: must be set as well`));
  });

  it('is a file of an authority that nobody can read', async () => {
    const settings = {
      WAYBILL_LDAP_URL: 'ldaps://ldap.example',
      WAYBILL_LDAP_USER_BASE: 'ou=people',
      WAYBILL_LDAP_CA_FILE: '/nonexistent/ca.pem',
    };
    await expect(authWith(settings)).rejects.toThrow('WAYBILL_LDAP_CA_FILE: the file cannot be read (Error ENOENT).');
  });
});
