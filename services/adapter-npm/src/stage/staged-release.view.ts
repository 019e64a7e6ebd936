import { digestHex, DomainError } from '@waybill/domain';
import { npmNameIn } from '../names/npm-name.js';
import type { StagedRelease } from './staged-releases.service.js';

/**
 * A staged release as npm, pnpm and yarn list and show it; they print whatever else stands there, so that everything is text.
 * `shasum`: the sha1 of the tarball, which they compare with what they download.
 */
export function stagedView({ release, approvals, expiresAt }: StagedRelease): Record<string, string | undefined> {
  const { digests } = tarballOf({ release });
  return {
    id: release.releaseId,
    packageName: npmNameIn(release.packagePurl),
    version: release.version,
    tag: release.tags[0],
    createdAt: release.submittedAt,
    ...actorOf({ release }),
    ...(digests.sha1 === undefined ? {} : { shasum: digestHex(digests.sha1) }),
    status: release.state,
    approvals: `${approvals.given} of ${approvals.needed}`,
    ...(expiresAt === null ? {} : { expires: expiresAt }),
  };
}

/** Errors: `not-found` `npm.tarball`. */
export function tarballOf({ release }: Pick<StagedRelease, 'release'>) {
  const tarball = release.artifacts.find(({ role }) => role === 'tarball');
  if (tarball !== undefined) return tarball;
  throw new DomainError('not-found', 'npm.tarball', 'The staged release has no tarball.');
}

/** npm prints every line of this kind; without it, it would say "published" after the first approval of several. */
export function noticeAfter({ approvals: { given, needed } }: StagedRelease): string {
  return `This was approval ${given} of ${needed}: it is not published before ${needed - given} more.`;
}

function actorOf({ release }: Pick<StagedRelease, 'release'>): Record<string, string> {
  const { trustedPublisher, publishedBy } = release;
  if (trustedPublisher === null) return { actor: publishedBy.username, actorType: 'user' };
  const { repository, provider } = trustedPublisher.path;
  return { actor: repository ?? provider, actorType: 'trusted publisher' };
}
