import type { ReleasePath, VerifiedProvenance } from '@waybill/domain';
import { credentialWords, providerTitle } from './origin-words.js';
import type { ReleaseOrigin } from './release-origin.js';
import { namesNoSource } from './release-origin.js';

/** One thing that is otherwise than it was, in words; null: there is none. */
export interface PathChange {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Told = Readonly<Record<string, string | null>>;

/** Of a path, what is worth comparing: not what differs with every release. */
const pathFields = {
  issuer: 'issuer',
  repository: 'repository',
  repositoryId: 'repository id',
  owner: 'owner',
  ownerId: 'owner id',
  workflow: 'workflow',
  jobWorkflow: 'job workflow',
  refType: 'kind of ref',
  refProtected: 'protected ref',
  environment: 'environment',
  event: 'event',
  runner: 'runner',
  actor: 'started by',
} as const satisfies Partial<Record<keyof ReleasePath, string>>;

const identity = 'provenance: identity';

const provenanceFields = {
  issuer: 'provenance: issuer',
  identity,
  repositoryUrl: 'provenance: repository',
  repositoryId: 'provenance: repository id',
  ownerId: 'provenance: owner id',
  workflow: 'provenance: workflow',
} as const satisfies Partial<Record<keyof VerifiedProvenance, string>>;

/** All that is different about how two releases came, for people who decide on it. */
export function changesBetween(before: ReleaseOrigin, after: ReleaseOrigin): PathChange[] {
  const [was, is] = [toldOf(before), toldOf(after)];
  // That of a workflow has its ref, which differs with every release.
  const isIdentityTold = [before, after].some(({ provenance }) => provenance !== null && namesNoSource(provenance));
  return Object.keys(was)
    .filter((what) => what !== identity || isIdentityTold)
    .map((what) => ({ what, before: was[what] ?? null, after: is[what] ?? null }))
    .filter((change) => change.before !== change.after);
}

function toldOf(origin: ReleaseOrigin): Told {
  const { trustedPublisher, provenance, approvals } = origin;
  const path = trustedPublisher?.path;
  return {
    credential: path === undefined ? credentialWords(origin.credential, origin.username) : 'a trusted publisher',
    provider: path === undefined ? null : providerTitle(path.provider),
    ...textsOf(path, pathFields),
    provenance: provenance === null ? null : 'verified',
    ...textsOf(provenance ?? undefined, provenanceFields),
    approvals: approvals === 0 ? null : String(approvals),
  };
}

function textsOf<Fields extends object>(
  from: Fields | undefined,
  names: Readonly<Partial<Record<keyof Fields & string, string>>>,
): Told {
  return Object.fromEntries(
    Object.entries(names).map(([field, name]) => {
      const value = from?.[field as keyof Fields];
      return [String(name), value === undefined ? null : String(value)];
    }),
  );
}
