import type { Principal } from '@waybill/domain';
import { actionsOf } from '@waybill/domain';
import type { Reviewed } from './held-releases.repository.js';

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
