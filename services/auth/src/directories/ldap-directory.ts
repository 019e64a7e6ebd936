import { DomainError } from '@waybill/domain';
import type { Entry } from 'ldapts';
import { Client, InvalidCredentialsError } from 'ldapts';
import type { ExternalIdentity } from '../external-identities/external-identity.js';
import { PasswordDirectory } from './password-directory.js';

export interface LdapSettings {
  readonly url: string;
  readonly startTls: boolean;
  /** Authorities that its certificate is checked against, in PEM; those of the system, unless given. */
  readonly ca: string | undefined;
  readonly bind: { readonly dn: string; readonly password: string } | undefined;
  readonly userBase: string;
  readonly userFilter: string;
  readonly idAttribute: string;
  readonly groupBase: string;
  readonly groupFilter: string;
}

const timeoutMs = 5000;
const maxGroups = 1000;
const maxValueCharacters = 1000;

/** An LDAP directory (RFC 4511): the person is looked up, then their own password is tried with a bind. */
export class LdapDirectory extends PasswordDirectory {
  constructor(private readonly settings: LdapSettings) {
    super();
  }

  override async prove(username: string, password: string): Promise<ExternalIdentity | undefined> {
    // A bind without a password succeeds as nobody (RFC 4513, 5.1.2): it proves nothing.
    if (username === '' || password === '') return undefined;
    try {
      const entry = await this.#connected((client) => this.#find(client, username));
      const subject = first(entry?.[this.settings.idAttribute]);
      // A name is given to somebody else one day: who has nothing that stays the same is nobody (security.md T8).
      if (entry === undefined || subject === undefined) return undefined;
      if (!(await this.#opens(entry.dn, password))) return undefined;
      const groups = await this.#connected((client) => this.#groupsOf(client, entry.dn));
      return identityOf(entry, groups, subject);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw new DomainError('unavailable', 'directory.unavailable', 'The directory of people cannot be asked now.', {
        retryAfterSeconds: 5,
        cause: error,
      });
    }
  }

  async #find(client: Client, username: string): Promise<Entry | undefined> {
    const { userBase, userFilter, idAttribute } = this.settings;
    const { searchEntries } = await client.search(userBase, {
      scope: 'sub',
      filter: userFilter.replaceAll('{username}', () => escapedForFilter(username)),
      attributes: ['uid', 'cn', 'mail', 'sAMAccountName', idAttribute],
      explicitBufferAttributes: ['objectGUID'],
      sizeLimit: 2,
    });
    // Two that are meant by one name are nobody.
    return searchEntries.length === 1 ? searchEntries[0] : undefined;
  }

  async #groupsOf(client: Client, dn: string): Promise<string[]> {
    const { groupBase, groupFilter } = this.settings;
    if (groupBase === '') return [];
    const filter = groupFilter.replaceAll('{dn}', () => escapedForFilter(dn));
    const { searchEntries } = await client.search(groupBase, { scope: 'sub', filter, attributes: ['cn'] });
    return searchEntries.slice(0, maxGroups).map((group) => group.dn);
  }

  async #opens(dn: string, password: string): Promise<boolean> {
    const client = this.#client();
    try {
      await this.#secure(client);
      await client.bind(dn, password);
      return true;
    } catch (error) {
      if (error instanceof InvalidCredentialsError) return false;
      throw error;
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  async #connected<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = this.#client();
    const { bind } = this.settings;
    try {
      await this.#secure(client);
      if (bind !== undefined) await client.bind(bind.dn, bind.password);
      return await work(client);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  #client(): Client {
    const { url } = this.settings;
    const tls = url.startsWith('ldaps:') ? { tlsOptions: this.#tls() } : {};
    return new Client({ url, timeout: timeoutMs, connectTimeout: timeoutMs, ...tls });
  }

  /** With StartTLS, Node does not know by itself whose certificate it should be. */
  #tls(): { readonly host: string; readonly ca?: string } {
    const { ca, url } = this.settings;
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    return ca === undefined ? { host } : { host, ca };
  }

  async #secure(client: Client): Promise<void> {
    if (this.settings.startTls && this.settings.url.startsWith('ldap:')) await client.startTLS(this.#tls());
  }
}

/** RFC 4515, 3: nothing that was typed is read as part of the filter. */
function escapedForFilter(text: string): string {
  return text.replaceAll(/[\0()*\\]|[^\x20-\x7e]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function identityOf(entry: Entry, groups: string[], subject: string): ExternalIdentity {
  return {
    provider: 'ldap',
    subject,
    username: first(entry['uid']) ?? first(entry['sAMAccountName']),
    email: first(entry['mail']),
    // The directory is the organization's own word on its people's addresses.
    emailVerified: true,
    fullName: first(entry['cn']),
    groups,
  };
}

function first(value: Entry[string] | undefined): string | undefined {
  const one = Array.isArray(value) ? value[0] : value;
  if (one === undefined) return undefined;
  const text = Buffer.isBuffer(one) ? one.toString('hex') : one;
  return text === '' ? undefined : text.slice(0, maxValueCharacters);
}
