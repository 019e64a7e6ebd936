import { DomainError } from '@waybill/domain';
import type { Condition } from '../conditions/condition.js';
import { circleciClaims, circleciRootIssuer } from '../providers/circleci.js';
import { githubIssuer } from '../providers/github-actions.js';
import { gitlabIssuer } from '../providers/gitlab-ci.js';
import { providers } from '../providers/providers.js';
import { parseRule } from '../trusted-publisher-rule.js';
import type { TrustedPublisherDraft } from '../trusted-publisher-rule.js';

interface Common {
  /** Without, the public one of the provider. */
  readonly issuer?: string;
  readonly environment?: string | undefined;
  /** Ids that are known already, by their claims. */
  readonly pinned?: Readonly<Record<string, string>>;
}

export interface GithubWords extends Common {
  readonly owner: string;
  readonly repository: string;
  /** `release.yml`. */
  readonly workflow: string;
  /**
   * `started`, as npm and crates.io see it: the workflow is the file that was started. `job`, as PyPI, RubyGems and NuGet do: it is the file
   * that the job stands in, of this repository or of the one that is named (`acme/workflows`).
   */
  readonly matched?: 'started' | 'job' | { readonly jobOf: string };
}

/** A publisher in GitHub's words. The repository itself always has to match, too (pitfall 4). */
export function fromGithub(words: GithubWords): TrustedPublisherDraft {
  const { matched = 'started' } = words;
  const repository = `${plain('owner', words.owner)}/${plain('repository', words.repository)}`;
  const path = `.github/workflows/${workflowName(words.workflow)}`;
  const prefix = matched === 'started' ? 'workflow' : 'job_workflow';
  const of = typeof matched === 'object' ? slug('workflow repository', matched.jobOf) : repository;
  return draft('github-actions', words.issuer ?? githubIssuer, words, [
    { claim: 'repository', is: repository },
    { claim: `${prefix}_repository`, is: of },
    { claim: `${prefix}_path`, is: path },
  ]);
}

/** A publisher in Forgejo's words; its workflows are in either of two folders. Its issuer always has to be named. */
export function fromForgejo(
  words: Omit<GithubWords, 'matched' | 'environment'> & { readonly issuer: string },
): TrustedPublisherDraft {
  const repository = `${plain('owner', words.owner)}/${plain('repository', words.repository)}`;
  const file = workflowName(words.workflow);
  return draft('forgejo-actions', words.issuer, words, [
    { claim: 'repository', is: repository },
    { claim: 'workflow_repository', is: repository },
    { claim: 'workflow_path', in: [`.forgejo/workflows/${file}`, `.github/workflows/${file}`] },
  ]);
}

export interface GitlabWords extends Common {
  /** `acme/tools/left-pad`. */
  readonly projectPath: string;
  /** `.gitlab-ci.yml`. */
  readonly configurationFile: string;
}

/** A publisher in GitLab's words. */
export function fromGitlab(words: GitlabWords): TrustedPublisherDraft {
  const segments = words.projectPath.split('/');
  if (segments.length < 2) throw malformed('project path');
  segments.forEach((segment) => plain('project path', segment));
  if (words.configurationFile.startsWith('/') || words.configurationFile === '') throw malformed('configuration file');
  return draft('gitlab-ci', words.issuer ?? gitlabIssuer, words, [
    { claim: 'project_path', is: words.projectPath },
    { claim: 'ci_config_project', is: words.projectPath },
    { claim: 'ci_config_path', is: words.configurationFile },
  ]);
}

export interface CircleciWords extends Omit<Common, 'environment'> {
  readonly organizationId: string;
  readonly projectId: string;
  readonly pipelineDefinitionId: string;
  /** `github.com/acme/left-pad`. */
  readonly vcsOrigin: string;
  /** The job has to use all of these contexts. */
  readonly contextIds?: readonly string[] | undefined;
}

/** A publisher in CircleCI's words: of the organization's own issuer, unless the one of all is named. */
export function fromCircleci(words: CircleciWords): TrustedPublisherDraft {
  const ids = [words.organizationId, words.projectId, words.pipelineDefinitionId, ...(words.contextIds ?? [])];
  if (!ids.every((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))) throw malformed('id');
  return draft('circleci', words.issuer ?? `${circleciRootIssuer}/org/${words.organizationId}`, words, [
    { claim: circleciClaims.organizationId, is: words.organizationId },
    { claim: circleciClaims.projectId, is: words.projectId },
    { claim: circleciClaims.pipelineDefinitionId, is: words.pipelineDefinitionId },
    { claim: circleciClaims.vcsOrigin, is: words.vcsOrigin },
    ...(words.contextIds ?? []).map((is) => ({ claim: circleciClaims.contextIds, is })),
  ]);
}

/** A publisher in Google's words; the number of the account (`sub`) is pinned with its first use unless it is named. */
export function fromGoogle(words: { readonly email: string; readonly sub?: string }): TrustedPublisherDraft {
  return draft('google-cloud', 'https://accounts.google.com', {}, [
    { claim: 'email', is: words.email },
    ...(words.sub === undefined ? [] : [{ claim: 'sub', is: words.sub }]),
  ]);
}

function draft(
  provider: TrustedPublisherDraft['provider'],
  configured: string,
  { environment, pinned = {} }: Common,
  conditions: Condition[],
): TrustedPublisherDraft {
  const issuer = providers[provider].issuerOf(configured) ?? configured;
  const wanted = environment === undefined || environment === '' ? {} : { environment };
  const { id: _, ...rule } = parseRule({ id: 'draft', provider, issuer, conditions, pinned, ...wanted });
  return rule;
}

/** A name between two slashes: nothing in it could be read as more than one. */
function plain(field: string, name: string): string {
  if (/^[\w.-]{1,200}$/.test(name) && !/^\.{1,2}$/.test(name)) return name;
  throw malformed(field);
}

function slug(field: string, name: string): string {
  const [owner = '', repository = '', ...more] = name.split('/');
  if (more.length > 0) throw malformed(field);
  return `${plain(field, owner)}/${plain(field, repository)}`;
}

function workflowName(file: string): string {
  if (/^[^/\p{Cc}]{1,200}\.ya?ml$/u.test(file)) return file;
  throw malformed('workflow');
}

function malformed(field: string): DomainError {
  return new DomainError('invalid', 'trusted-publisher.malformed', `The publisher's ${field} is not one.`, {
    details: { field },
  });
}
