import { fullRef, refTypeOf, releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti, optionalFlag, optionalText, text } from './claim-shapes.js';
import { issuerAt } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';
import { z } from 'zod';

export const circleciRootIssuer = 'https://oidc.circleci.com';
const ns = 'oidc.circleci.com';

/** Claims of CircleCI, whose names are this long. */
export const circleciClaims = {
  organizationId: `${ns}/org-id`,
  projectId: `${ns}/project-id`,
  pipelineDefinitionId: `${ns}/pipeline-definition-id`,
  vcsOrigin: `${ns}/vcs-origin`,
  vcsRef: `${ns}/vcs-ref`,
  contextIds: `${ns}/context-ids`,
  sshRerun: `${ns}/ssh-rerun`,
} as const;

/**
 * CircleCI: the issuer of an organization (`…/org/UUID`), and the one of all of them, which uv and rattler ask for with
 * `--root-issuer`. https://circleci.com/docs/openid-connect-tokens/
 */
export const circleci: ProviderProfile = {
  name: 'circleci',
  title: 'CircleCI',
  publicIssuers: [circleciRootIssuer],
  issuerOf: (configured) => issuerAt(configured, /^oidc\.circleci\.com$/, /^(\/org\/[0-9a-f-]{36})?$/),
  claims: claimsWithoutJti({
    [circleciClaims.organizationId]: text,
    [circleciClaims.projectId]: text,
    [circleciClaims.pipelineDefinitionId]: optionalText,
    [circleciClaims.vcsOrigin]: optionalText,
    [circleciClaims.vcsRef]: optionalText,
    [circleciClaims.contextIds]: z.array(text).max(100).nullish(),
    [circleciClaims.sshRerun]: optionalFlag,
  }),
  // Rules name the ids themselves.
  identities: [],
  names: {},
  anchors: [[circleciClaims.projectId], [circleciClaims.organizationId]],
  // A project that passes its secrets to builds of forks gives them tokens, too; only this tells them apart (pitfall 8).
  requires: [circleciClaims.vcsOrigin],
  untrustedEvents: [],
  distrust: (claims) =>
    textOf(claims, circleciClaims.sshRerun) === 'true'
      ? 'The job was run again with SSH, so that a person can be in it.'
      : undefined,
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 3600,
  algorithms: ['RS256'],
  releasePath: (claims) => {
    const of = (claim: string) => textOf(claims, claim);
    const ref = fullRef(of(circleciClaims.vcsRef), undefined);
    const origin = of(circleciClaims.vcsOrigin);
    return releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      repository: origin,
      repositoryId: of(circleciClaims.projectId),
      repositoryUrl: urlOfOrigin(origin),
      ownerId: of(circleciClaims.organizationId),
      workflow: of(circleciClaims.pipelineDefinitionId),
      ref,
      refType: refTypeOf(ref),
      actor: of('sub'),
    });
  },
};

/** `github.com/acme/left-pad` is an address without its scheme. */
function urlOfOrigin(origin: string | undefined): string | undefined {
  return origin !== undefined && /^[a-z0-9.-]+(\/[\w.-]+){2,}$/.test(origin) ? `https://${origin}` : undefined;
}
