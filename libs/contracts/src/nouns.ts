import type {
  Digest,
  OrganizationId,
  PackagePurl,
  PublisherId,
  Principal,
  ReleaseId,
  ReleasePurl,
  RepositoryId,
  SessionId,
  TokenHash,
  TokenId,
  UserId,
} from '@waybill/domain';
import {
  actions,
  basePermissions,
  findingLevels,
  isDigest,
  isPackagePurl,
  isReleasePurl,
  releaseStates,
  roles,
  visibilities,
} from '@waybill/domain';
import { z } from 'zod';

/** Nouns that several messages share, parsed into the branded types of libs/domain. */
export const userId = z.uuid().transform((value) => value as UserId);
export const organizationId = z.uuid().transform((value) => value as OrganizationId);
export const repositoryId = z.uuid().transform((value) => value as RepositoryId);
export const releaseId = z.uuid().transform((value) => value as ReleaseId);
export const tokenId = z.uuid().transform((value) => value as TokenId);
export const publisherId = z.uuid().transform((value) => value as PublisherId);
export const sessionId = z.uuid().transform((value) => value as SessionId);
export const tokenHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((value) => value as TokenHash);
export const digest = z.custom<Digest>(isDigest, 'not a digest');
export const packagePurl = z.custom<PackagePurl>(
  (value) => typeof value === 'string' && isPackagePurl(value),
  'not a purl',
);
export const releasePurl = z.custom<ReleasePurl>(
  (value) => typeof value === 'string' && isReleasePurl(value),
  'not a purl',
);
export const action = z.enum(actions);
export const role = z.enum(roles);
export const basePermission = z.enum(basePermissions);
export const visibility = z.enum(visibilities);
export const releaseState = z.enum(releaseStates);
export const sizeBytes = z.int().nonnegative();

/** How the purls of a family of packages begin: `pkg:npm/%40acme/`. */
export const purlPrefix = z
  .string()
  .max(1024)
  .regex(/^pkg:[a-z]+\/[^?#\s]*$/);

export const grant = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('organization'),
    organizationId,
    role,
    basePermission: basePermission.exactOptional(),
  }),
  z.object({ kind: z.literal('organization-actions'), organizationId, actions: z.array(action) }),
  z.object({
    kind: z.literal('pattern'),
    organizationId,
    repositoryId: repositoryId.exactOptional(),
    purlPrefix,
    actions: z.array(action),
  }),
  z.object({ kind: z.literal('repository'), repositoryId, actions: z.array(action) }),
  z.object({
    kind: z.literal('packages'),
    repositoryId,
    purls: z.array(packagePurl).max(10_000).readonly(),
    actions: z.array(action),
  }),
]);

export const tokenScope = z.object({
  actions: z.array(action),
  on: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('everything') }),
    z.object({ kind: z.literal('organization'), organizationId }),
    z.object({
      kind: z.literal('pattern'),
      organizationId,
      repositoryId: repositoryId.exactOptional(),
      purlPrefix,
    }),
    z.object({ kind: z.literal('repository'), repositoryId }),
    z.object({ kind: z.literal('package'), repositoryId, purl: packagePurl }),
  ]),
  publisherId: publisherId.exactOptional(),
});

const person = {
  userId,
  username: z.string().max(200),
  installationAdmin: z.boolean(),
  grants: z.array(grant).max(10_000),
};

const pathText = z.string().min(1).max(2000);

/** How a release came, as its issuer said it; parses into `ReleasePath` of libs/domain. */
export const releasePath = z.object({
  provider: z.string().min(1).max(50),
  issuer: z.string().min(1).max(400),
  repository: pathText.exactOptional(),
  repositoryId: pathText.exactOptional(),
  repositoryUrl: pathText.exactOptional(),
  owner: pathText.exactOptional(),
  ownerId: pathText.exactOptional(),
  workflow: pathText.exactOptional(),
  jobWorkflow: pathText.exactOptional(),
  ref: pathText.exactOptional(),
  refType: z.enum(['branch', 'tag']).exactOptional(),
  refProtected: z.boolean().exactOptional(),
  commit: pathText.exactOptional(),
  environment: pathText.exactOptional(),
  event: pathText.exactOptional(),
  runner: z.enum(['hosted', 'self-hosted']).exactOptional(),
  runId: pathText.exactOptional(),
  runUrl: pathText.exactOptional(),
  actor: pathText.exactOptional(),
});

/** The trusted publisher that something was done for, and how it came. */
export const publisherIdentity = z.object({ publisherId, path: releasePath });

/** Parses into `VerifiedProvenance` of libs/domain. */
export const verifiedProvenance = z.object({
  predicateType: z.string().max(500),
  issuer: z.string().max(1000),
  identity: z.string().max(2000),
  repositoryUrl: pathText.exactOptional(),
  repositoryId: pathText.exactOptional(),
  ownerId: pathText.exactOptional(),
  workflow: pathText.exactOptional(),
  ref: pathText.exactOptional(),
  commit: pathText.exactOptional(),
  runUrl: pathText.exactOptional(),
  logIndex: z.string().max(100).exactOptional(),
  signedAt: z.iso.datetime(),
});

export const approval = z.object({ username: z.string().max(200), userId, at: z.iso.datetime() });

/** Who is calling; parses into `Principal` of libs/domain. */
export const principal: z.ZodType<Principal> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('user'), sessionId, provenUntil: z.iso.datetime().exactOptional(), ...person }),
  z.object({
    kind: z.literal('token'),
    tokenId,
    scopes: z.array(tokenScope).max(1000),
    ceilings: z.array(z.array(tokenScope).max(1000)).max(10).exactOptional(),
    publisher: publisherIdentity
      .extend({ otherPaths: z.record(z.uuid(), releasePath).exactOptional() })
      .exactOptional(),
    ...person,
  }),
]);

export const finding = z.object({
  rule: z.string().max(20),
  code: z.string().max(200),
  level: z.enum(findingLevels),
  message: z.string().max(2000),
  path: z.string().max(4096).exactOptional(),
  line: z.int().positive().exactOptional(),
});

/** A stored document: small ones travel along, others by reference to the object store. */
export const storedDocument = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inline'), json: z.unknown() }),
  z.object({ kind: z.literal('blob'), digest, sizeBytes }),
]);
export type StoredDocument = z.infer<typeof storedDocument>;

/** One file of a release, whose bytes are in the object store under their sha256. */
export const artifact = z.object({
  /** The name that clients download it by, without any path. */
  filename: z.string().min(1).max(500),
  /** What it is in its ecosystem: `tarball`, `attestation`, `wheel`, `sdist`, … */
  role: z.string().min(1).max(50),
  mediaType: z.string().max(200),
  sizeBytes,
  digests: z.object({ sha256: digest, sha1: digest.exactOptional(), sha512: digest.exactOptional() }),
});
export type Artifact = z.infer<typeof artifact>;

export const repository = z.object({
  repositoryId,
  slug: z.string(),
  organizationId,
  visibility,
  kind: z.enum(['hosted', 'proxy', 'virtual']),
});
export type RepositoryFacts = z.infer<typeof repository>;

const summaryText = z.string().max(500);

/** What every ecosystem knows of a release, in one shape: for search, lists and people. Bounded, untrusted text. */
export const releaseSummary = z.object({
  description: z.string().max(2000).exactOptional(),
  keywords: z.array(z.string().max(100)).max(50).exactOptional(),
  license: summaryText.exactOptional(),
  homepage: summaryText.exactOptional(),
  sourceUrl: summaryText.exactOptional(),
  bugsUrl: summaryText.exactOptional(),
  author: summaryText.exactOptional(),
});
export type ReleaseSummary = z.infer<typeof releaseSummary>;

/** A release as every consumer sees it. */
export const release = z.object({
  releaseId,
  repository,
  purl: releasePurl,
  packagePurl,
  version: z.string().min(1).max(256),
  state: releaseState,
  artifacts: z.array(artifact).min(1).max(1000),
  /** The ecosystem's own metadata, derived from the artifact by the adapter. */
  metadata: storedDocument,
  /** Tags (npm dist-tags) that are to point at it once it is published; in the event that it is, those that move now. */
  tags: z.array(z.string().max(256)).max(20),
  publishedBy: z.object({
    actor: z.string().max(200),
    username: z.string().max(200),
    /** Null for what no person's credential published. */
    userId: userId.nullable().default(null),
  }),
  /** The trusted publisher that it came from; null for what was published with any other credential. */
  trustedPublisher: publisherIdentity.nullable().default(null),
  /** What its attestation says, once it was verified; null where it has none. */
  provenance: verifiedProvenance.nullable().default(null),
  /** Whether the source that it claims is the one that it came from (P14); null where that cannot be told. */
  sourceVerified: z.boolean().nullable().default(null),
  /** Who approved it, where it was staged. */
  approvals: z.array(approval).max(100).default([]),
  summary: releaseSummary.default({}),
  /** Set when it was submitted with others, all of which are published or none. */
  batchId: z.uuid().exactOptional(),
  /** What its publisher says to whoever still uses it; only where the state is `deprecated`. */
  deprecation: z.string().max(2000).exactOptional(),
  submittedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().exactOptional(),
  /** Why it is held or rejected; empty otherwise. */
  reasons: z.array(finding).max(10_000),
});
export type ReleaseFacts = z.infer<typeof release>;
