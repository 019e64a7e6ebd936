import { randomUUID } from 'node:crypto';
import type {
  OrganizationId,
  Principal,
  PublisherId,
  PublisherIdentity,
  ReleaseId,
  ReleasePath,
  RepositoryId,
  VerifiedProvenance,
} from '@waybill/domain';
import type { ReleaseOrigin, StoredOrigin } from '../src/release-paths/release-origin.js';
import { tokenFor } from './principals.js';

/** A release workflow on GitHub that runs for tags. */
export const githubPath: ReleasePath = {
  provider: 'github-actions',
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'acme/left-pad',
  repositoryId: '1001',
  repositoryUrl: 'https://github.com/acme/left-pad',
  owner: 'acme',
  ownerId: '77',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/tags/v1.4.2',
  refType: 'tag',
  refProtected: true,
  commit: 'a'.repeat(40),
  environment: 'release',
  event: 'push',
  runner: 'hosted',
  actor: 'alice-at-github',
};

export const provenance: VerifiedProvenance = {
  predicateType: 'https://slsa.dev/provenance/v1',
  issuer: githubPath.issuer,
  identity: 'https://github.com/acme/left-pad/.github/workflows/release.yml@refs/tags/v1.4.2',
  repositoryUrl: 'https://github.com/acme/left-pad',
  repositoryId: '1001',
  ownerId: '77',
  workflow: '.github/workflows/release.yml',
  signedAt: '2026-01-01T00:00:00.000Z',
};

export function publisherWith(
  path: Partial<ReleasePath> = {},
  publisherId: PublisherId = randomUUID() as PublisherId,
): PublisherIdentity {
  return { publisherId, path: { ...githubPath, ...path } };
}

/** Published with a token of alice, unless `how` says otherwise. */
export function origin(how: Partial<ReleaseOrigin> = {}): ReleaseOrigin {
  return {
    version: '1.4.3',
    credential: 'token',
    username: 'alice',
    trustedPublisher: null,
    provenance: null,
    approvals: 0,
    ...how,
  };
}

export function stored(how: Partial<StoredOrigin> = {}): StoredOrigin {
  return { ...origin({ version: '1.4.2' }), releaseId: randomUUID() as ReleaseId, approvals: 0, ...how };
}

/** A token that was minted for a trusted publisher of the repository. */
export function tokenOfPublisher(
  organizationId: OrganizationId,
  repositoryId: RepositoryId,
  publisher: PublisherIdentity,
): Principal {
  const token = tokenFor(organizationId, 'member', repositoryId);
  if (token.kind !== 'token') throw new Error('A token is a token.');
  return { ...token, username: 'github-actions-1', publisher };
}
