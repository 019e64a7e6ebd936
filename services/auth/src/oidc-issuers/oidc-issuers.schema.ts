import { MayBeAbsent } from '@waybill/management-api';
import type { ProviderName, SigningAlgorithm } from '@waybill/trusted-publishing';
import { providerNames, providers, signingAlgorithms } from '@waybill/trusted-publishing';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { z } from 'zod';
import { PersonProofBody } from '../person-proof/person-proof.schema.js';
import type { KnownIssuer } from './known-issuer.rules.js';
import type { SeenIssuer } from './seen-issuers.js';

/** A line of printable text. */
const line = /^[^\p{Cc}\p{Cs}]+$/u;

/** JSON merge patch (RFC 7396): what is left out stays. */
export class ChangeOrganizationOidcIssuerBody extends PersonProofBody {
  /** What people call it. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @Matches(line, { message: 'title has characters that cannot be shown' })
  title?: string;

  /** What it signs with; the provider's own unless given. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(signingAlgorithms.length)
  @IsIn(signingAlgorithms, { each: true })
  algorithms?: SigningAlgorithm[];

  /** Whether tokens with the one audience are taken that everybody gets from this provider. Whoever else is given one could use it here. */
  @MayBeAbsent()
  @IsBoolean()
  allowFixedAudience?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;
}

export class CreateOrganizationOidcIssuerBody extends ChangeOrganizationOidcIssuerBody {
  @IsIn(providerNames)
  provider!: ProviderName;

  /** `iss` of its tokens, letter by letter. */
  @IsString()
  @Length(1, 400)
  url!: string;
}

export class ChangeOidcIssuerBody extends ChangeOrganizationOidcIssuerBody {
  /** Where its keys are, whatever its discovery document says; null: where that says. */
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  jwksUri?: string | null;
}

export class CreateOidcIssuerBody extends CreateOrganizationOidcIssuerBody {
  /** Where its keys are, whatever its discovery document says. */
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  jwksUri?: string | null;
}

export const oidcIssuerView = z.object({
  id: z.uuid().nullable().describe('Null: it is there without a registration.'),
  url: z.string(),
  provider: z.enum(providerNames),
  title: z.string(),
  from: z.enum(['built-in', 'installation', 'organization']),
  jwksUri: z.string().nullable().describe('Where its keys are, if an administrator has said so.'),
  algorithms: z.array(z.enum(signingAlgorithms)),
  allowFixedAudience: z.boolean(),
  enabled: z.boolean(),
  createdAt: z.iso.datetime().nullable(),
  keysReadAt: z.iso
    .datetime()
    .nullable()
    .describe(
      'When its keys were last read, for those of organizations, since it was registered. Null: never; no token of it is taken until they can be.',
    ),
});
export type OidcIssuerView = z.infer<typeof oidcIssuerView>;

export const oidcIssuerList = z.object({ items: z.array(oidcIssuerView) });
export type OidcIssuerList = z.infer<typeof oidcIssuerList>;

export function viewOfOidcIssuer({ issuer, keysReadAt }: SeenIssuer): OidcIssuerView {
  const { issuerId: id, url, provider, title, organizationId, jwksUri, algorithms, allowFixedAudience } = issuer;
  const from = organizationId === null ? 'installation' : 'organization';
  const { enabled, createdAt } = issuer;
  return {
    ...{ id, url, provider, title, from, jwksUri, algorithms, allowFixedAudience, enabled },
    createdAt: createdAt.toISOString(),
    keysReadAt: keysReadAt?.toISOString() ?? null,
  };
}

export function viewOfBuiltIn({ url, provider, title, from, enabled }: KnownIssuer): OidcIssuerView {
  const algorithms = [...providers[provider].algorithms];
  const registration = { id: null, jwksUri: null, allowFixedAudience: false, createdAt: null, keysReadAt: null };
  return { ...registration, url, provider, title, from, algorithms, enabled };
}
