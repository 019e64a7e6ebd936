import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { Action, Grant, PackagePurl, Principal, PublisherIdentity } from '@waybill/domain';

export function person(...grants: Grant[]): Principal {
  return {
    kind: 'user',
    userId: randomUUID(),
    sessionId: randomUUID(),
    username: 'alice',
    installationAdmin: false,
    grants,
  } as unknown as Principal;
}

export function memberOf(repository: RepositoryFacts): Principal {
  return person({ kind: 'organization', organizationId: repository.organizationId, role: 'member' });
}

export function readerOf(repository: RepositoryFacts): Principal {
  return person({ kind: 'organization', organizationId: repository.organizationId, role: 'reader' });
}

export function adminOf(repository: RepositoryFacts): Principal {
  return person({ kind: 'organization', organizationId: repository.organizationId, role: 'admin' });
}

/** Of tests; what their paths have in common. */
export const ofReleaseWorkflow: PublisherIdentity['path'] = {
  provider: 'github-actions',
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'acme/left-pad',
  workflow: '.github/workflows/release.yml',
};

/** The token that a trusted publisher was given for packages of these repositories. */
export function publisherOf(
  purl: PackagePurl,
  actions: readonly Action[],
  ...repositories: readonly RepositoryFacts[]
): Principal {
  const places = repositories.map(({ repositoryId }) => repositoryId);
  return {
    kind: 'token',
    tokenId: randomUUID(),
    userId: randomUUID(),
    username: 'github-actions-acme-left-pad',
    installationAdmin: false,
    grants: places.map((repositoryId) => ({ kind: 'packages', repositoryId, purls: [purl], actions })),
    scopes: places.map((repositoryId) => ({ actions, on: { kind: 'package', repositoryId, purl } })),
    publisher: { publisherId: randomUUID(), path: ofReleaseWorkflow },
  } as unknown as Principal;
}

/** Who has just proven that it is them. */
export function provenAt(principal: Principal, at = new Date()): Principal {
  const provenUntil = new Date(at.getTime() + 5 * 60_000).toISOString();
  return principal.kind === 'user' ? { ...principal, provenUntil } : principal;
}
