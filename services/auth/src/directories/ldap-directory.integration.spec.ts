import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningOpenLdap, TempDir } from '@waybill/testing';
import { startOpenLdap, tempDir, whyOpenLdapIsMissing } from '@waybill/testing';
import { Attribute, Client } from 'ldapts';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describePasswordDirectory, peopleOfSuite } from '../../test/password-directory.suite.js';
import type { RunningAuth } from '../../test/running-auth.js';
import { startAuth } from '../../test/running-auth.js';
import { LdapDirectory } from './ldap-directory.js';

const missing = await whyOpenLdapIsMissing();
const suffix = 'dc=acme,dc=example';
const rootPassword = 'root of the directory, in tests';
const people = `ou=people,${suffix}`;
const groups = `ou=groups,${suffix}`;

describe.skipIf(missing !== undefined)('with a real OpenLDAP', () => {
  let ldap: RunningOpenLdap;
  let ca: string;

  beforeAll(async () => {
    const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    ca = pems.cert;
    ldap = await startOpenLdap({ suffix, rootPassword, tls: { certificate: pems.cert, privateKey: pems.private } });
    await fill(ldap);
  });

  afterAll(() => ldap.stop());

  function directory(changed: Partial<ConstructorParameters<typeof LdapDirectory>[0]> = {}): LdapDirectory {
    return new LdapDirectory({
      url: ldap.url,
      startTls: true,
      ca,
      bind: { dn: ldap.rootDn, password: rootPassword },
      userBase: people,
      userFilter: '(uid={username})',
      idAttribute: 'entryUUID',
      groupBase: groups,
      groupFilter: '(member={dn})',
      ...changed,
    });
  }

  describePasswordDirectory('OpenLDAP', () => directory());

  it('is not asked where its certificate is not known, or where nobody is', async () => {
    for (const changed of [
      { ca: undefined },
      { url: 'ldap://127.0.0.1:1' },
      { bind: { dn: ldap.rootDn, password: 'x' } },
    ]) {
      await expect(directory(changed).prove('lara', 'correct horse')).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'directory.unavailable',
      });
    }
  });

  it('takes whom it can know again by their name alone for nobody (T8)', async () => {
    expect(await directory({ idAttribute: 'employeeNumber' }).prove('lara', 'correct horse')).toBeUndefined();
  });

  it('takes a name that means two for nobody', async () => {
    const two = directory({ userFilter: '(|(uid={username})(uid=milo))' });
    expect(await two.prove('lara', 'correct horse')).toBeUndefined();
  });

  describe('signing in', () => {
    let auth: RunningAuth;
    let folder: TempDir;

    beforeAll(async () => {
      folder = await tempDir('ldap-ca');
      const caFile = join(folder.path, 'ca.pem');
      await writeFile(caFile, ca);
      auth = await startAuth({
        settings: {
          WAYBILL_LDAP_URL: ldap.url,
          WAYBILL_LDAP_CA_FILE: caFile,
          WAYBILL_LDAP_BIND_DN: ldap.rootDn,
          WAYBILL_LDAP_BIND_PASSWORD: rootPassword,
          WAYBILL_LDAP_USER_BASE: people,
          WAYBILL_LDAP_GROUP_BASE: groups,
          WAYBILL_PASSWORD_SIGN_IN: 'admins',
        },
      });
    });

    afterAll(async () => {
      await auth.stop();
      await folder.dispose();
    });

    it('makes an account at the first time, and gives what its groups give', async () => {
      await auth.http('POST', '/api/v1/orgs/acme/group-mappings', {
        as: auth.admin,
        body: { provider: 'ldap', group: `cn=platform,${groups}`, role: 'member' },
      });
      const first = await auth.signIn('Lara', 'correct horse');
      expect(first).toMatchObject({ status: 201, json: { username: 'lara' } });
      const again = await auth.signIn('lara', 'correct horse');
      const ids = await Promise.all(
        [first, again].map(async ({ secret }) => await auth.principal({ session: secret })),
      );
      expect(ids[0]).toMatchObject({ kind: 'user', grants: [{ kind: 'organization', role: 'member' }] });
      expect(ids[1]).toMatchObject({ username: 'lara' });
      expect(await auth.signIn('lara', 'wrong')).toMatchObject({ status: 401 });
      expect((await auth.signIn('milo', 'battery staple')).status).toBe(201);
    });

    it('leaves the administrators of the installation their own passwords, and nobody else (break glass)', async () => {
      expect((await auth.signIn('admin', 'a password for tests')).status).toBe(201);
      await auth.http('POST', '/api/v1/users', {
        as: auth.admin,
        body: { username: 'local', password: 'a password for tests' },
      });
      expect((await auth.signIn('local', 'a password for tests')).status).toBe(401);
    });

    it('proves nothing about an account that only has the name of somebody in the directory (W7, A11)', async () => {
      const password = 'a password for tests';
      await auth.query(`UPDATE users SET username = 'milo-2' WHERE username = 'milo'`);
      const account = { username: 'milo', password, installationAdmin: true };
      await auth.http('POST', '/api/v1/users', { as: auth.admin, body: account });
      const session = { session: (await auth.signIn('milo', password)).secret };
      const proof = (body: object) => auth.http('POST', '/api/v1/session/proof', { as: session, body });
      expect(await proof({ password: 'battery staple' })).toMatchObject({
        status: 401,
        json: { code: 'login.failed' },
      });
      const body = { currentPassword: 'battery staple', newPassword: 'another password for tests' };
      const changed = await auth.http('PUT', '/api/v1/users/milo/password', { as: session, body });
      expect(changed).toMatchObject({ status: 401, json: { code: 'login.failed' } });
      expect(await proof({ password })).toMatchObject({ status: 204 });
    });

    it('keeps passwords of the directory out of the database and the log (W6)', async () => {
      expect(await auth.query('SELECT password_hash FROM users WHERE username = $1', ['lara'])).toEqual([
        { password_hash: null },
      ]);
      expect(auth.logLines().join('')).not.toContain('correct horse');
    });
  });
});

async function fill(ldap: RunningOpenLdap): Promise<void> {
  const client = new Client({ url: ldap.url });
  await client.bind(ldap.rootDn, rootPassword);
  await client.add(suffix, { objectClass: ['dcObject', 'organization'], o: 'Acme', dc: 'acme' });
  for (const ou of ['people', 'groups']) {
    await client.add(`ou=${ou},${suffix}`, { objectClass: ['organizationalUnit'], ou });
  }
  for (const { username, password, email } of peopleOfSuite) {
    await client.add(`uid=${username},${people}`, [
      new Attribute({ type: 'objectClass', values: ['inetOrgPerson'] }),
      new Attribute({ type: 'cn', values: [username] }),
      new Attribute({ type: 'sn', values: [username] }),
      new Attribute({ type: 'mail', values: [email] }),
      new Attribute({ type: 'userPassword', values: [password] }),
    ]);
  }
  const [lara] = peopleOfSuite;
  await client.add(`cn=platform,${groups}`, {
    objectClass: ['groupOfNames'],
    cn: 'platform',
    member: `uid=${lara.username},${people}`,
  });
  await client.unbind();
}
