import { PasswordDirectory } from '../src/directories/password-directory.js';
import type { ExternalIdentity } from '../src/external-identities/external-identity.js';

/** A directory in memory. */
export class FakeDirectory extends PasswordDirectory {
  constructor(
    private readonly people: readonly {
      readonly username: string;
      readonly password: string;
      readonly email: string;
      readonly groups: readonly string[];
    }[],
  ) {
    super();
  }

  override prove(username: string, password: string): Promise<ExternalIdentity | undefined> {
    const person = this.people.find((known) => known.username === username && known.password === password);
    return Promise.resolve(
      person && {
        provider: 'ldap',
        subject: `id-of-${person.username}`,
        username: person.username,
        email: person.email,
        emailVerified: true,
        fullName: person.username,
        groups: person.groups,
      },
    );
  }
}
