import { addressOf } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti, optionalCount, optionalFlag, optionalText, text } from './claim-shapes.js';
import { eventsOfStrangers, githubFiles, githubReleasePath } from './github-actions.js';
import { selfManagedIssuer } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

const path = '/api/actions';

/**
 * Forgejo Actions (15 and newer). Claims like GitHub's, but no `jti`, no `job_workflow_ref`, no `environment`; ids of repositories
 * and owners only in newer ones. https://forgejo.org/docs/next/user/actions/security-openid-connect
 */
export const forgejoActions: ProviderProfile = {
  name: 'forgejo-actions',
  title: 'Forgejo Actions',
  publicIssuers: [],
  /** `https://codeberg.org` is enough: the issuer is below it. */
  issuerOf: (configured) => {
    const issuer = selfManagedIssuer(configured);
    return issuer === undefined || issuer.endsWith(path) ? issuer : `${issuer}${path}`;
  },
  claims: claimsWithoutJti({
    repository: text,
    repository_owner: text,
    repository_id: optionalText,
    repository_owner_id: optionalText,
    workflow_ref: text,
    event_name: text,
    ref: text,
    sha: text,
    ref_type: optionalText,
    ref_protected: optionalFlag,
    run_id: optionalCount,
    run_number: optionalCount,
    actor: optionalText,
  }),
  derive: githubFiles,
  identities: [
    { id: 'repository_id', of: 'repository', inPath: 'repositoryId' },
    { id: 'repository_owner_id', of: 'repository_owner', within: ['repository'], inPath: 'ownerId' },
  ],
  names: { repository: 'ignore-case', repository_owner: 'ignore-case', workflow_repository: 'ignore-case' },
  anchors: [['repository'], ['repository_id'], ['repository_owner'], ['repository_owner_id']],
  // GitHub gives no token to pull requests of forks. Nothing says that Forgejo does not.
  untrustedEvents: [...eventsOfStrangers, 'pull_request'],
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 900,
  algorithms: ['RS256'],
  releasePath: (claims) => {
    const server = claims.issuer.slice(0, -path.length);
    // Its pages count the runs of each repository; `run_id` counts those of all.
    const runUrl = addressOf(server, textOf(claims, 'repository'), 'actions', 'runs', textOf(claims, 'run_number'));
    const { runUrl: _, ...rest } = githubReleasePath(claims, server);
    return runUrl === undefined ? rest : { ...rest, runUrl };
  },
};
