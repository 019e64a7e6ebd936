/** Somebody as another system knows them, which has just proven who they are. Everything in it is untrusted text. */
export interface ExternalIdentity {
  /** Which system: `oidc` or `ldap`, of which an installation has one each. */
  readonly provider: IdentityProvider;
  /** What the system calls them and never gives to somebody else: `sub`, the entry's UUID or DN. */
  readonly subject: string;
  /** What they would like to be called here. */
  readonly username: string | undefined;
  readonly email: string | undefined;
  /** Whether the system vouches for the address. */
  readonly emailVerified: boolean;
  readonly fullName: string | undefined;
  /** Names of groups, compared letter by letter (security.md A8). */
  readonly groups: readonly string[];
}

export const identityProviders = ['oidc', 'ldap'] as const;
export type IdentityProvider = (typeof identityProviders)[number];
