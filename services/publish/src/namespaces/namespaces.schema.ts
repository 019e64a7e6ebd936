import { PageQuery } from '@waybill/management-api';
import { IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { z } from 'zod';
import { challengeNameOf } from './domain-proof.service.js';
import type { NamespaceEntity } from './namespace.entity.js';
import type { NamespaceKind } from './namespace.rules.js';
import { domainShape, namedEcosystems, namespaceKinds } from './namespace.rules.js';

const states = ['pending', 'verified'] as const;
const noDomain = { message: 'domain is no name of a domain' };

export class NamespacesQuery extends PageQuery {
  /** Only those of the organization of this name. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(/^[a-z0-9-]+$/, { message: 'org is no name of an organization' })
  org?: string;

  @IsOptional()
  @IsIn(namedEcosystems)
  ecosystem?: string;

  @IsOptional()
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
  @IsOptional()
  @IsString()
  @MaxLength(230)
  @Matches(domainShape, noDomain)
  domain?: string;
}

export class VerifyNamespaceBody {
  @IsOptional()
  @IsString()
  @MaxLength(230)
  @Matches(domainShape, noDomain)
  domain?: string;
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
  /** The TXT record that proves the control of the domain; `name` is null as long as no domain is named. */
  challenge: z.object({ name: z.string().nullable(), text: z.string() }),
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
    challenge: { name: domain === null ? null : challengeNameOf(domain), text: challenge },
    verifiedAt: namespace.verifiedAt?.toISOString() ?? null,
    claimedAt: namespace.claimedAt.toISOString(),
  };
}
