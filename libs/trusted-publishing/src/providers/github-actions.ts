import { addressOf, flagOf, refTypeOf, releasePath, runnerOf } from '../release-path.js';
import type { ReleasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import type { TokenClaims } from '../token-claims.js';
import { claimsWithJti, optionalCount, optionalFlag, optionalText, text } from './claim-shapes.js';
import { issuerAt, selfManagedIssuer } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';
import { workflowFileOf } from './workflow-file.js';

export const githubIssuer = 'https://token.actions.githubusercontent.com';

/** What somebody without any right to a repository can start there, and what runs after such a start (pitfall 6). */
export const eventsOfStrangers = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
  'pull_request_comment',
  'pull_request_review',
  'pull_request_review_comment',
  'fork',
  'watch',
  'gollum',
] as const;

/**
 * GitHub Actions: github.com, issuers of an enterprise (`…/acme-inc`), data residency (`token.actions.acme.ghe.com`) and Enterprise
 * Server (`https://HOST/_services/token`). Each is an issuer of its own, with ids of its own.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export const githubActions: ProviderProfile = {
  name: 'github-actions',
  title: 'GitHub Actions',
  publicIssuers: [githubIssuer],
  issuerOf: (configured) =>
    issuerAt(configured, /^token\.actions\.githubusercontent\.com$/, /^(\/[A-Za-z0-9-]{1,100})?$/) ??
    issuerAt(configured, /^token\.actions\.[a-z0-9-]+\.ghe\.com$/, /^$/) ??
    selfManagedIssuer(configured, '/_services/token'),
  claims: claimsWithJti({
    repository: text,
    repository_id: text,
    repository_owner: text,
    repository_owner_id: text,
    event_name: text,
    ref: text,
    sha: text,
    workflow_ref: optionalText,
    job_workflow_ref: optionalText,
    job_workflow_sha: optionalText,
    workflow_sha: optionalText,
    environment: optionalText,
    ref_type: optionalText,
    ref_protected: optionalFlag,
    runner_environment: optionalText,
    repository_visibility: optionalText,
    run_id: optionalCount,
    actor: optionalText,
    actor_id: optionalText,
  }),
  derive: githubFiles,
  identities: [
    { id: 'repository_id', of: 'repository', inPath: 'repositoryId' },
    { id: 'repository_owner_id', of: 'repository_owner', within: ['repository'], inPath: 'ownerId' },
  ],
  names: {
    repository: 'ignore-case',
    repository_owner: 'ignore-case',
    environment: 'ignore-case',
    workflow_repository: 'ignore-case',
    job_workflow_repository: 'ignore-case',
  },
  anchors: [['repository'], ['repository_id'], ['repository_owner'], ['repository_owner_id']],
  environmentClaim: 'environment',
  untrustedEvents: eventsOfStrangers,
  replayKey: 'jti',
  audience: 'free',
  maximumAgeSeconds: 900,
  algorithms: ['RS256'],
  releasePath: (claims) => githubReleasePath(claims, serverOf(claims.issuer)),
};

/** The files that were started (`workflow_…`) and that the job stands in (`job_workflow_…`), each with its repository (pitfall 4). */
export function githubFiles(claims: TokenClaims): Record<string, string | undefined> {
  const ownRefs = [textOf(claims, 'ref'), textOf(claims, 'sha')];
  const started = workflowFileOf(textOf(claims, 'workflow_ref'), [...ownRefs, textOf(claims, 'workflow_sha')]);
  const job = workflowFileOf(textOf(claims, 'job_workflow_ref'), [...ownRefs, textOf(claims, 'job_workflow_sha')]);
  return {
    workflow_repository: started?.repository,
    workflow_path: started?.path,
    job_workflow_repository: job?.repository,
    job_workflow_path: job?.path,
  };
}

/** `server` is where people read the repositories. */
export function githubReleasePath(claims: TokenClaims, server: string | undefined): ReleasePath {
  const of = (claim: string) => textOf(claims, claim);
  const repository = of('repository');
  const started = fileOf(of('workflow_repository'), of('workflow_path'));
  const job = fileOf(of('job_workflow_repository'), of('job_workflow_path'));
  return releasePath({
    provider: claims.provider,
    issuer: claims.issuer,
    repository,
    repositoryId: of('repository_id'),
    repositoryUrl: addressOf(server, repository),
    owner: of('repository_owner'),
    ownerId: of('repository_owner_id'),
    workflow: of('workflow_path') ?? of('job_workflow_path'),
    jobWorkflow: job === started || started === undefined ? undefined : job,
    ref: of('ref'),
    refType: refTypeOf(of('ref')),
    refProtected: flagOf(of('ref_protected')),
    commit: of('sha'),
    environment: of('environment'),
    event: of('event_name'),
    runner: runnerOf(of('runner_environment')),
    runId: of('run_id'),
    runUrl: addressOf(server, repository, 'actions', 'runs', of('run_id')),
    actor: of('actor'),
  });
}

function fileOf(repository: string | undefined, path: string | undefined): string | undefined {
  return repository === undefined || path === undefined ? undefined : `${repository}/${path}`;
}

function serverOf(issuer: string): string {
  if (issuer === githubIssuer || issuer.startsWith(`${githubIssuer}/`)) return 'https://github.com';
  const url = new URL(issuer);
  return `${url.protocol}//${url.host.replace(/^token\.actions\.(?=[a-z0-9-]+\.ghe\.com$)/, '')}`;
}
