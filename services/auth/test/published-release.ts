import { randomUUID } from 'node:crypto';
import type { OrganizationId, PackagePurl, PublisherIdentity, RepositoryId, UserId } from '@waybill/domain';

interface Repository {
  readonly repositoryId: RepositoryId;
  readonly organizationId: OrganizationId;
  readonly slug: string;
}

/** The facts of version 1.0.0 of a package, as publish tells them. */
export function publishedRelease(
  repository: Repository,
  packagePurl: PackagePurl,
  by: {
    readonly userId: UserId | null;
    readonly trustedPublisher: PublisherIdentity | null;
    readonly submittedAt?: Date;
  },
): object {
  const digests = { sha256: `sha256:${'0'.repeat(64)}` };
  return {
    releaseId: randomUUID(),
    repository: { visibility: 'private', ...repository, kind: 'hosted' },
    purl: `${packagePurl}@1.0.0`,
    packagePurl,
    version: '1.0.0',
    state: 'published',
    artifacts: [{ filename: 'x.tgz', role: 'tarball', mediaType: 'application/gzip', sizeBytes: 1, digests }],
    metadata: { kind: 'inline', json: {} },
    tags: [],
    publishedBy: { actor: 'token:x', username: 'somebody', userId: by.userId },
    trustedPublisher: by.trustedPublisher,
    submittedAt: (by.submittedAt ?? new Date()).toISOString(),
    reasons: [],
  };
}
