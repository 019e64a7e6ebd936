import type { Action, BasePermission, Role } from './action.js';
import type { OrganizationId, PublisherId, RepositoryId, SessionId, TokenId, UserId } from './ids.js';
import type { PackagePurl } from './purl.js';
import type { PublisherIdentity, ReleasePath } from './release-path.js';

/**
 * What somebody was given: a role in an organization, or actions on all of an organization's repositories, on one
 * repository, on packages by name (all that are given alike together: they travel with each request), or on the packages
 * whose purl begins with `purlPrefix`. `basePermission` is what the
 * organization lets its plain members do to packages; `publish` unless it says otherwise.
 */
export type Grant =
  | {
      readonly kind: 'organization';
      readonly organizationId: OrganizationId;
      readonly role: Role;
      readonly basePermission?: BasePermission;
    }
  | {
      readonly kind: 'organization-actions';
      readonly organizationId: OrganizationId;
      readonly actions: readonly Action[];
    }
  | {
      readonly kind: 'pattern';
      readonly organizationId: OrganizationId;
      readonly repositoryId?: RepositoryId;
      readonly purlPrefix: string;
      readonly actions: readonly Action[];
    }
  | { readonly kind: 'repository'; readonly repositoryId: RepositoryId; readonly actions: readonly Action[] }
  | {
      readonly kind: 'packages';
      readonly repositoryId: RepositoryId;
      readonly purls: readonly PackagePurl[];
      readonly actions: readonly Action[];
    };

/** A ceiling: a token may do what one of its scopes names *and* its owner may do (security.md A4). */
export interface TokenScope {
  readonly actions: readonly Action[];
  readonly on:
    | { readonly kind: 'everything' }
    | { readonly kind: 'organization'; readonly organizationId: OrganizationId }
    | {
        readonly kind: 'pattern';
        readonly organizationId: OrganizationId;
        /** All repositories of the organization without. */
        readonly repositoryId?: RepositoryId;
        readonly purlPrefix: string;
      }
    | { readonly kind: 'repository'; readonly repositoryId: RepositoryId }
    | { readonly kind: 'package'; readonly repositoryId: RepositoryId; readonly purl: PackagePurl };
  /** The trusted publisher that gives it, of a token that was minted for several; see `publisherIn`. */
  readonly publisherId?: PublisherId;
}

interface Person {
  readonly userId: UserId;
  readonly username: string;
  /** From the server's own state at introspection, never from a claim (security.md A8). */
  readonly installationAdmin: boolean;
  readonly grants: readonly Grant[];
}

export type Principal =
  | { readonly kind: 'anonymous' }
  | ({
      readonly kind: 'user';
      readonly sessionId: SessionId;
      /** Until when (ISO 8601) the person counts as freshly proven: what is most dangerous asks for that (security.md W7). */
      readonly provenUntil?: string;
    } & Person)
  | ({
      readonly kind: 'token';
      readonly tokenId: TokenId;
      readonly scopes: readonly TokenScope[];
      /** The scopes of each token that this one was made narrower from: it does only what all of these lists allow (A4). */
      readonly ceilings?: readonly (readonly TokenScope[])[];
      /**
       * For which trusted publisher it was minted; it stands for nobody then, and does nothing but its scopes (security.md T10). Of several,
       * in repositories of several organizations, it is the first: which one something is done for, `publisherIn` tells.
       */
      readonly publisher?: PublisherIdentity & {
        /** Where organizations read the tokens of its issuer otherwise than the first does: their paths, by their publishers' ids. */
        readonly otherPaths?: Readonly<Record<string, ReleasePath>>;
      };
    } & Person);

export const anonymous: Principal = { kind: 'anonymous' };

/**
 * The trusted publisher that somebody acts for with a package of a repository: the one whose scope reaches it most narrowly. Undefined for
 * who acts for none there. Organizations that trust the same job of a CI each have a publisher of their own, and learn nothing of each other.
 */
export function publisherIn(
  principal: Principal,
  repositoryId: RepositoryId,
  purl: PackagePurl,
): PublisherIdentity | undefined {
  if (principal.kind !== 'token' || principal.publisher === undefined) return undefined;
  const [scope] = principal.scopes
    .filter(({ on }) => 'repositoryId' in on && on.repositoryId === repositoryId && narrownessOf(on, purl) >= 0)
    .toSorted((one, other) => narrownessOf(other.on, purl) - narrownessOf(one.on, purl));
  if (scope === undefined) return undefined;
  const { publisherId: first, path, otherPaths = {} } = principal.publisher;
  const { publisherId = first } = scope;
  return { publisherId, path: otherPaths[publisherId] ?? path };
}

/** The package itself before a pattern, the longest first, before all else; below zero for what does not reach it. */
function narrownessOf(on: TokenScope['on'], purl: PackagePurl): number {
  if (on.kind === 'package') return on.purl === purl ? Infinity : -1;
  if (on.kind === 'pattern') return purl.startsWith(on.purlPrefix) ? on.purlPrefix.length : -1;
  return 0;
}

/** All trusted publishers that somebody acts for, each in its own repositories; none for people. */
export function publishersOf(principal: Principal): readonly PublisherId[] {
  if (principal.kind !== 'token' || principal.publisher === undefined) return [];
  const { publisherId: first } = principal.publisher;
  const named = principal.scopes.map(({ publisherId = first }) => publisherId);
  return named.length === 0 ? [first] : [...new Set(named)];
}

/** Whether the person at a browser has proven who they are a moment ago (security.md W7). */
export function isFreshlyProven(principal: Principal): boolean {
  if (principal.kind !== 'user' || principal.provenUntil === undefined) return false;
  return Date.parse(principal.provenUntil) > Date.now();
}

/** The stable name of an actor in events and audit entries: `user:<id>`, `token:<id>` or `anonymous`. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return `user:${principal.userId}`;
    case 'token':
      return `token:${principal.tokenId}`;
  }
}
