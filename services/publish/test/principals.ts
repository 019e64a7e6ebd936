import { randomUUID } from 'node:crypto';
import type { Grant, OrganizationId, Principal, RepositoryId, Role, SessionId, TokenId, UserId } from '@waybill/domain';
import type { TokenScope } from '@waybill/domain';

type Options = { readonly installationAdmin?: boolean; readonly proven?: boolean };

/** Somebody signed in, with these grants, who has just proven who they are. */
export function person(grants: Grant[] = [], { installationAdmin = false, proven = true }: Options = {}): Principal {
  const userId = randomUUID() as UserId;
  const sessionId = randomUUID() as SessionId;
  const provenUntil = new Date(Date.now() + (proven ? 600_000 : -1)).toISOString();
  return { kind: 'user', userId, sessionId, provenUntil, username: 'alice', installationAdmin, grants };
}

export function memberOf(organizationId: OrganizationId, role: Role = 'member'): Principal {
  return person([{ kind: 'organization', organizationId, role }]);
}

/** A token of a member of the organization that reaches one repository only. */
export function tokenFor(organizationId: OrganizationId, role: Role, repositoryId: RepositoryId): Principal {
  const scopes: TokenScope[] = [
    { actions: ['read', 'publish', 'review-findings', 'approve'], on: { kind: 'repository', repositoryId } },
  ];
  const grants: Grant[] = [{ kind: 'organization', organizationId, role }];
  const userId = randomUUID() as UserId;
  return {
    kind: 'token',
    userId,
    tokenId: randomUUID() as TokenId,
    username: 'alice',
    installationAdmin: false,
    grants,
    scopes,
  };
}
