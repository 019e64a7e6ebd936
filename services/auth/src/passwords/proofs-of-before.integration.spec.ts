import { UnitOfWork } from '@waybill/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';
import { ExternalAccounts } from '../external-identities/external-accounts.service.js';
import { PasswordLogin, type ProvenUser } from './password-login.service.js';

let auth: RunningAuth;
let login: PasswordLogin;

beforeAll(async () => {
  auth = await startAuth();
  login = auth.get(PasswordLogin, { strict: false });
});

afterAll(() => auth.stop());

const clientAddress = '10.0.0.1';
const inTransaction: UnitOfWork['run'] = (work) => auth.get(UnitOfWork, { strict: false }).run(work);
const use = (proven: ProvenUser) => inTransaction((manager) => login.requireStillProven(manager, proven));
const refused = expect.objectContaining({ code: 'login.failed' }) as Error;

async function suspendForAMoment({ username }: Pick<Person, 'username'>): Promise<void> {
  const path = `/api/v1/users/${username}/suspension`;
  for (const suspended of [true, false]) await auth.http('PUT', path, { as: auth.admin, body: { suspended } });
}

describe('a password that was proven before everything of its person was ended', () => {
  it('is worth nothing after it, though it is still the password (A11)', async () => {
    const { username, password } = await auth.person('ada');
    const proven = await login.prove({ username, password, clientAddress });
    await use(proven);
    await suspendForAMoment({ username });
    await expect(use(proven)).rejects.toThrow(refused);
    await use(await login.prove({ username, password, clientAddress }));
  });

  it('is worth nothing where a directory has checked it, and the account is unlinked from it meanwhile (A11)', async () => {
    const accounts = auth.get(ExternalAccounts, { strict: false });
    const identity = { provider: 'ldap', subject: 'id-of-lara', username: 'lara', groups: [] } as const;
    const seen = { ...identity, email: undefined, emailVerified: false, fullName: undefined };
    const { userId, username, credentialGeneration } = await inTransaction((manager) =>
      accounts.signIn(manager, seen, clientAddress),
    );
    const proven = { userId, username, passwordHash: null, withSecondFactor: false, credentialGeneration };
    await use(proven);
    await inTransaction((manager) => accounts.unlink(manager, { actor: 'operator' }, userId, ['ldap']));
    await expect(use(proven)).rejects.toThrow(refused);
  });
});
