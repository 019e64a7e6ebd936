import { addressOf, fullRef, refTypeOf, releasePath, runnerOf } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti, optionalCount, optionalText, text } from './claim-shapes.js';
import { issuerAt } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

/**
 * Buildkite: one issuer for all organizations, so that a rule always says whose pipeline it is. The ids are there only if the job
 * asks for them (`--claim organization_id,pipeline_id`). https://buildkite.com/docs/agent/v3/cli-oidc
 */
export const buildkite: ProviderProfile = {
  name: 'buildkite',
  title: 'Buildkite',
  publicIssuers: ['https://agent.buildkite.com'],
  issuerOf: (configured) => issuerAt(configured, /^agent\.buildkite\.com$/, /^$/),
  claims: claimsWithoutJti({
    organization_slug: text,
    pipeline_slug: text,
    organization_id: optionalText,
    pipeline_id: optionalText,
    build_number: optionalCount,
    build_branch: optionalText,
    build_tag: optionalText,
    build_commit: optionalText,
    build_source: optionalText,
    step_key: optionalText,
    runner_environment: optionalText,
    job_id: optionalText,
  }),
  identities: [
    { id: 'pipeline_id', of: 'pipeline_slug', inPath: 'repositoryId' },
    { id: 'organization_id', of: 'organization_slug', inPath: 'ownerId' },
  ],
  // Slugs are lower-case there.
  names: { organization_slug: 'exact', pipeline_slug: 'exact' },
  anchors: [['pipeline_id'], ['organization_slug', 'pipeline_slug'], ['organization_slug'], ['organization_id']],
  untrustedEvents: [],
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 900,
  algorithms: ['RS256'],
  releasePath: (claims) => {
    const of = (claim: string) => textOf(claims, claim);
    const tag = of('build_tag');
    const ref = tag === undefined ? fullRef(of('build_branch'), 'branch') : `refs/tags/${tag}`;
    const pipeline = addressOf('https://buildkite.com', of('organization_slug'), of('pipeline_slug'));
    return releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      repository: `${of('organization_slug') ?? ''}/${of('pipeline_slug') ?? ''}`,
      repositoryId: of('pipeline_id'),
      owner: of('organization_slug'),
      ownerId: of('organization_id'),
      workflow: of('step_key'),
      ref,
      refType: refTypeOf(ref),
      commit: of('build_commit'),
      event: of('build_source'),
      runner: runnerOf(of('runner_environment')),
      runId: of('build_number'),
      runUrl: addressOf(pipeline, 'builds', of('build_number')),
    });
  },
};
