import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import { IsIn, IsString, Length, Matches, MaxLength } from 'class-validator';
import { z } from 'zod';
import { challengeNameOf } from './domain-proof.service.js';
import type { NamespaceEntity } from './namespace.entity.js';
import type { NamespaceKind } from './namespace.rules.js';
import { challengeRepositoryOf, forgeOwnerShape } from './forge.rules.js';
import { domainShape, namedEcosystems, namespaceKinds } from './namespace.rules.js';

const states = ['pending', 'verified'] as const;
const noDomain = { message: 'domain is no name of a domain' };

export class NamespacesQuery extends PageQuery {
  /** Only those of the organization of this name. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @Matches(/^[a-z0-9-]+$/, { message: 'org is no name of an organization' })
  org?: string;

  @MayBeAbsent()
  @IsIn(namedEcosystems)
  ecosystem?: string;

  @MayBeAbsent()
  @IsIn(states)
  state?: (typeof states)[number];
}

export class ClaimNamespaceBody {
  /** The name of the organization that claims it. */
  @IsString()
  @Length(1, 64)
  organization!: string;

  /** The type of the purls of its packages. */
  @IsIn(namedEcosystems)
  ecosystem!: string;

  @IsIn(namespaceKinds)
  kind!: NamespaceKind;

  /** As the ecosystem writes it: `@acme`, `com.acme`, `Acme.`, `acme`. */
  @IsString()
  @Length(1, 256)
  pattern!: string;

  /** A domain that the organization controls. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(230)
  @Matches(domainShape, noDomain)
  domain?: string;
}

/** One of both; without any it is the domain that the claim names. */
export class VerifyNamespaceBody {
  /** A domain that says so in its TXT record. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(230)
  @Matches(domainShape, noDomain)
  domain?: string;

  /** An owner at a forge who says so by a public repository: `github.com/acme`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(320)
  @Matches(forgeOwnerShape, { message: 'forge is no owner at a forge, as in github.com/acme' })
  forge?: string;
}

export const namespaceView = z.object({
  namespaceId: z.uuid(),
  organizationId: z.uuid(),
  ecosystem: z.string(),
  kind: z.enum(namespaceKinds),
  pattern: z.string(),
  /** Only a verified claim holds others off. */
  state: z.enum(states),
  domain: z.string().nullable(),
  domainProvenAt: z.iso.datetime().nullable(),
  /** The owner at a forge that the claimant has shown to be; `ownerId` tells them from others of the name. */
  forge: z.object({ host: z.string(), owner: z.string(), ownerId: z.string(), provenAt: z.iso.datetime() }).nullable(),
  /**
   * The TXT record that proves the control of the domain, where `name` is null as long as no domain is named; and the name of
   * the public repository that proves an owner at a forge.
   */
  challenge: z.object({ name: z.string().nullable(), text: z.string(), repository: z.string() }),
  verifiedAt: z.iso.datetime().nullable(),
  claimedAt: z.iso.datetime(),
});
export type NamespaceView = z.infer<typeof namespaceView>;

export function viewOf(namespace: NamespaceEntity): NamespaceView {
  const { namespaceId, organizationId, ecosystem, kind, pattern, state, domain, challenge } = namespace;
  return {
    namespaceId,
    organizationId,
    ecosystem,
    kind,
    pattern,
    state,
    domain,
    domainProvenAt: namespace.domainProvenAt?.toISOString() ?? null,
    forge: forgeViewOf(namespace),
    challenge: {
      name: domain === null ? null : challengeNameOf(domain),
      text: challenge,
      repository: challengeRepositoryOf(challenge),
    },
    verifiedAt: namespace.verifiedAt?.toISOString() ?? null,
    claimedAt: namespace.claimedAt.toISOString(),
  };
}

function forgeViewOf({ forge, forgeOwner, forgeOwnerId, forgeProvenAt }: NamespaceEntity): NamespaceView['forge'] {
  if (forge === null || forgeOwner === null || forgeOwnerId === null || forgeProvenAt === null) return null;
  return { host: forge, owner: forgeOwner, ownerId: forgeOwnerId, provenAt: forgeProvenAt.toISOString() };
}
