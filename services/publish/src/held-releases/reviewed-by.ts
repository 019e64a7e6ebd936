import type { Principal } from '@waybill/domain';
import { actionsOf, mayEver, refusal } from '@waybill/domain';
import type { Reviewed } from './held-releases.repository.js';

/**
 * An empty list would tell the holder of a token without `review-findings` that nothing waits. Errors: `forbidden`
 * `auth.forbidden`.
 */
export function assertTokenMayReview(caller: Principal): void {
  if (mayEver(caller, 'review-findings')) return;
  const { everything, organizations, repositories, packages } = reviewedBy(caller);
  const ownerMay = everything || organizations.length + repositories.length + packages.length > 0;
  const lacks = ownerMay ? { tokenLacks: 'review-findings' as const } : {};
  throw refusal({ allowed: false, because: 'known', ...lacks }, 'What you asked for');
}

/** What the grants of a caller let them review: what a query narrows to before `can()` decides on each release. */
export function reviewedBy(caller: Principal): Reviewed {
  if (caller.kind === 'anonymous') return { everything: false, organizations: [], repositories: [], packages: [] };
  const { grants } = caller;
  return {
    everything: caller.installationAdmin,
    organizations: grants.flatMap((grant) =>
      grant.kind === 'organization' && actionsOf(grant.role).includes('review-findings') ? [grant.organizationId] : [],
    ),
    repositories: grants.flatMap((grant) =>
      grant.kind === 'repository' && grant.actions.includes('review-findings') ? [grant.repositoryId] : [],
    ),
    packages: grants.flatMap((grant) =>
      grant.kind === 'package' && grant.actions.includes('review-findings') ? [grant] : [],
    ),
  };
}
