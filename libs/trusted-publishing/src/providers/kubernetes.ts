import { z } from 'zod';
import { releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti, text } from './claim-shapes.js';
import { selfManagedIssuer } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

const namespace = 'kubernetes.io.namespace';
const accountName = 'kubernetes.io.serviceaccount.name';
const accountUid = 'kubernetes.io.serviceaccount.uid';

/**
 * Bound service account tokens of a cluster (projected volumes, TokenRequest). Old tokens from secrets have neither `exp` nor `aud` and
 * fail for that. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
 */
export const kubernetes: ProviderProfile = {
  name: 'kubernetes',
  title: 'Kubernetes',
  publicIssuers: [],
  // `kubernetes.default.svc…` is what every cluster says that was not told otherwise: an issuer of nobody.
  issuerOf: (configured) =>
    /^https:\/\/kubernetes(\.|\/|$)/.test(configured) ? undefined : selfManagedIssuer(configured),
  claims: claimsWithoutJti({
    'kubernetes.io': z.looseObject({
      namespace: text,
      serviceaccount: z.looseObject({ name: text, uid: text }),
      pod: z.looseObject({ name: text, uid: text }).nullish(),
    }),
  }),
  identities: [{ id: accountUid, of: accountName, within: ['sub'] }],
  names: { [namespace]: 'exact', [accountName]: 'exact' },
  anchors: [[accountUid], ['sub'], [namespace, accountName], [namespace]],
  untrustedEvents: [],
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 3600,
  algorithms: ['RS256', 'ES256'],
  releasePath: (claims) =>
    releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      owner: textOf(claims, namespace),
      workflow: textOf(claims, accountName),
      runner: 'self-hosted',
      runId: textOf(claims, 'kubernetes.io.pod.uid'),
      actor: textOf(claims, 'sub'),
    }),
};
