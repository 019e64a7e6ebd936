import type { ExternalIdentity } from '../external-identities/external-identity.js';

/** Passwords that another system checks. Port: LDAP, none, and a fake of tests pass one suite. */
export abstract class PasswordDirectory {
  /**
   * Whom that name and password belong to there; undefined for unknown and wrong alike, and for an empty password. Throws
   * `unavailable` `directory.unavailable` when it cannot be asked: nobody is signed in on a guess.
   */
  abstract prove(username: string, password: string): Promise<ExternalIdentity | undefined>;
}

/** Where no directory is configured. */
export class NoDirectory extends PasswordDirectory {
  override prove(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
