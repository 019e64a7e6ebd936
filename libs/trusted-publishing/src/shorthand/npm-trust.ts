import { DomainError } from '@waybill/domain';
import { z } from 'zod';
import type { Condition } from '../conditions/condition.js';
import { circleciClaims } from '../providers/circleci.js';
import type { TrustedPublisherDraft, TrustedPublisherRule } from '../trusted-publisher-rule.js';
import { fromCircleci, fromGithub, fromGitlab } from './publisher-words.js';

/** What a publisher of npm may do: publish, or only stage for others to approve. */
export type NpmTrustPermission = 'createPackage' | 'createStagedPackage';

const word = z.string().min(1).max(500);
// npm before 11.15 sends no permissions and means to publish.
const permissions = z
  .array(z.enum(['createPackage', 'createStagedPackage']))
  .min(1)
  .max(2)
  .default(['createPackage']);

/** One configuration as `npm trust` sends and shows it. */
const configuration = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('github'),
    claims: z.object({
      repository: word,
      workflow_ref: z.object({ file: word }),
      environment: word.optional(),
    }),
    permissions,
  }),
  z.object({
    type: z.literal('gitlab'),
    claims: z.object({
      project_path: word,
      ci_config_ref_uri: z.object({ file: word }),
      environment: word.optional(),
    }),
    permissions,
  }),
  z.object({
    type: z.literal('circleci'),
    claims: z.object({
      [circleciClaims.organizationId]: word,
      [circleciClaims.projectId]: word,
      [circleciClaims.pipelineDefinitionId]: word,
      [circleciClaims.vcsOrigin]: word,
      [circleciClaims.contextIds]: z.array(word).max(10).optional(),
    }),
    permissions,
  }),
]);
export type NpmTrustConfiguration = z.infer<typeof configuration>;

export interface NpmTrust {
  readonly rule: TrustedPublisherDraft;
  readonly permissions: readonly NpmTrustPermission[];
}

/**
 * The rule in what `npm trust` sends for one publisher. npm does not name the issuer; `issuers` has those to take instead of the public ones.
 * Throws `trusted-publisher.malformed`.
 */
export function fromNpmTrust(
  input: unknown,
  issuers: Partial<Record<NpmTrustConfiguration['type'], string>> = {},
): NpmTrust {
  const parsed = configuration.safeParse(input);
  if (!parsed.success) {
    const field = (parsed.error.issues[0]?.path ?? []).map(String).join('.').slice(0, 200);
    throw new DomainError('invalid', 'trusted-publisher.malformed', `The publisher's "${field}" is not one.`, {
      details: { field },
    });
  }
  return { rule: ruleOf(parsed.data, issuers), permissions: [...new Set(parsed.data.permissions)] };
}

function ruleOf(
  sent: NpmTrustConfiguration,
  issuers: Partial<Record<NpmTrustConfiguration['type'], string>>,
): TrustedPublisherDraft {
  const issuer = issuers[sent.type];
  const where = issuer === undefined ? {} : { issuer };
  switch (sent.type) {
    case 'github': {
      const [owner = '', ...repository] = sent.claims.repository.split('/');
      const workflow = sent.claims.workflow_ref.file;
      const { environment } = sent.claims;
      return fromGithub({ ...where, owner, repository: repository.join('/'), workflow, environment });
    }
    case 'gitlab': {
      const { project_path: projectPath, ci_config_ref_uri: file, environment } = sent.claims;
      return fromGitlab({ ...where, projectPath, configurationFile: file.file, environment });
    }
    case 'circleci':
      return fromCircleci({
        ...where,
        organizationId: sent.claims[circleciClaims.organizationId],
        projectId: sent.claims[circleciClaims.projectId],
        pipelineDefinitionId: sent.claims[circleciClaims.pipelineDefinitionId],
        vcsOrigin: sent.claims[circleciClaims.vcsOrigin],
        contextIds: sent.claims[circleciClaims.contextIds],
      });
  }
}

/**
 * A rule as `npm trust list` shows it, or undefined for one that npm has no words for. What a rule demands besides (refs, runners) npm
 * cannot show.
 */
export function toNpmTrust(
  rule: TrustedPublisherRule,
  allowed: readonly NpmTrustPermission[],
): (NpmTrustConfiguration & { readonly id: string }) | undefined {
  const shown = shownClaims(rule);
  const parsed = configuration.safeParse(shown && { ...shown, permissions: allowed });
  return parsed.success ? { id: rule.id, ...parsed.data } : undefined;
}

function shownClaims(rule: TrustedPublisherRule): { readonly type: string; readonly claims: object } | undefined {
  const is = (claim: string) => exactly(rule.conditions, claim)[0];
  const environment = rule.environment === undefined ? {} : { environment: rule.environment };
  if (rule.provider === 'github-actions') {
    const path = is('workflow_path') ?? is('job_workflow_path');
    const file = path?.replace(/^\.github\/workflows\//, '');
    return { type: 'github', claims: { repository: is('repository'), workflow_ref: { file }, ...environment } };
  }
  if (rule.provider === 'gitlab-ci') {
    const file = is('ci_config_path');
    const claims = { project_path: is('project_path'), ci_config_ref_uri: { file }, ...environment };
    return { type: 'gitlab', claims };
  }
  if (rule.provider !== 'circleci') return undefined;
  const { contextIds, organizationId, projectId, pipelineDefinitionId, vcsOrigin } = circleciClaims;
  const contexts = exactly(rule.conditions, contextIds);
  return {
    type: 'circleci',
    claims: {
      [organizationId]: is(organizationId),
      [projectId]: is(projectId),
      [pipelineDefinitionId]: is(pipelineDefinitionId),
      [vcsOrigin]: is(vcsOrigin),
      ...(contexts.length === 0 ? {} : { [contextIds]: contexts }),
    },
  };
}

function exactly(conditions: readonly Condition[], claim: string): string[] {
  return conditions.flatMap((wanted) => ('is' in wanted && wanted.claim === claim ? [wanted.is] : []));
}
