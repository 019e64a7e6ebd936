import { describe, expect, it } from 'vitest';
import type { PasswordDirectory } from '../src/directories/password-directory.js';

/** What a directory of the suite holds: two people, one of them in a group. */
export const peopleOfSuite = [
  {
    username: 'lara',
    password: 'correct horse',
    email: 'lara@acme.example',
    groups: ['cn=platform,ou=groups,dc=acme,dc=example'],
  },
  { username: 'milo', password: 'battery staple', email: 'milo@acme.example', groups: [] },
] as const;

/** Every directory passes these. */
export function describePasswordDirectory(name: string, directory: () => PasswordDirectory): void {
  describe(`${name} as a directory of passwords`, () => {
    it('says who somebody is, by what never changes of them, and in which groups', async () => {
      for (const { username, password, email, groups } of peopleOfSuite) {
        const identity = await directory().prove(username, password);
        expect(identity).toMatchObject({ provider: 'ldap', username, email, emailVerified: true, groups });
        expect((await directory().prove(username, password))?.subject).toBe(identity?.subject);
      }
      const [lara, milo] = await Promise.all(
        peopleOfSuite.map(({ username, password }) => directory().prove(username, password)),
      );
      expect(lara?.subject).not.toBe(milo?.subject);
    });

    it.each([
      ['lara', 'battery staple'],
      ['lara', ''],
      ['', ''],
      ['nobody', 'correct horse'],
      ['*', 'correct horse'],
      ['l*', 'correct horse'],
      ['lara)(uid=*', 'correct horse'],
      ['lara\\2a', 'correct horse'],
      ['lara\0', 'correct horse'],
    ])('knows nobody called %j with that password, whatever is in it', async (username, password) => {
      expect(await directory().prove(username, password)).toBeUndefined();
    });
  });
}
