import { tokenScope } from '@waybill/contracts';
import { IsMoment, MayBeAbsent, PageQuery } from '@waybill/management-api';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import type { TokenId } from '@waybill/domain';
import { z } from 'zod';
import type { Shortening } from './outliving.rules.js';
import { type ScopePreset, scopePresets } from './scope-presets.rules.js';
import type { TokenEntity } from './token.entity.js';
import { tokenKinds } from './token.entity.js';
import type { MintedToken } from './token-minter.js';

const maxDescription = 500;
const maxTtlSeconds = 3650 * 86_400;

export class TokensQuery extends PageQuery {}

export class OwnTokensQuery extends TokensQuery {
  /** Instead of your own: whosever tokens were created with this one of yours, which may be over, and stand by themselves. */
  @MayBeAbsent()
  @IsUUID()
  createdWith?: TokenId;
}

/** What a token is to be able to do, and for how long. */
export class CreateTokenBody {
  @IsString()
  @MinLength(1)
  @MaxLength(maxDescription)
  description!: string;

  /** `[{ actions, on }]`, with things by name or by id. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  scopes?: unknown[];

  /** Instead of `scopes`: what the token is for. */
  @MayBeAbsent()
  @IsIn(scopePresets)
  preset?: ScopePreset;

  /** What the preset is on; everything that its owner may reach unless given. */
  @MayBeAbsent()
  @IsObject()
  on?: object;

  @MayBeAbsent()
  @IsMoment()
  @MaxLength(40)
  expiresAt?: string;
}

export class AttenuateBody extends CreateTokenBody {
  /** Instead of `expiresAt`: how long it lives. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(maxTtlSeconds)
  ttlSeconds?: number;
}

export class ChangeTokenBody {
  @MayBeAbsent()
  @IsString()
  @MinLength(1)
  @MaxLength(maxDescription)
  description?: string;
}

const time = z.iso.datetime();

export const tokenView = z.object({
  id: z.uuid(),
  kind: z.enum(tokenKinds),
  /** Whose it is: a person's account, a service account's, or that of a repository. */
  ownerId: z.uuid(),
  prefix: z.string(),
  description: z.string(),
  scopes: z.array(tokenScope),
  /** The scopes of each token that it was made from: it does only what all of these allow, too. */
  ceilings: z.array(z.array(tokenScope)),
  /** The token that it was made from, and ends with. */
  parentId: z.uuid().nullable(),
  createdAt: time,
  expiresAt: time,
  /** Whether it ends within 14 days. */
  expiresSoon: z.boolean(),
  lastUsedAt: time.nullable(),
  lastUsedAddress: z.string().nullable(),
  lastUsedClient: z.string().nullable(),
});
export type TokenView = z.infer<typeof tokenView>;

/** The only answer that ever holds the text of a token. */
export const createdTokenView = tokenView.extend({
  token: z.string(),
  /** When it ends, where that is sooner than by default and nobody asked for it; null otherwise. */
  shortenedTo: time.nullable(),
  /** The same for people to read: why, and what to do about it. */
  warning: z.string().nullable(),
});
export type CreatedTokenView = z.infer<typeof createdTokenView>;

const soonMilliseconds = 14 * 86_400_000;

export function viewOfToken(token: TokenEntity, now = Date.now()): TokenView {
  const { tokenId: id, kind, prefix, description, parentId, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    kind,
    ownerId: token.userId,
    prefix,
    description,
    scopes: copyOf(token.scopes),
    ceilings: token.ceilings.map(copyOf),
    parentId,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    expiresSoon: expiresAt.getTime() - now < soonMilliseconds,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    lastUsedAddress: token.lastUsedAddress,
    lastUsedClient: token.lastUsedClient,
  };
}

export function viewOfCreatedToken({ token, text, shortenedBy }: MintedToken): CreatedTokenView {
  const view = viewOfToken(token);
  const shortenedTo = shortenedBy === undefined ? null : view.expiresAt;
  return { ...view, token: text, shortenedTo, warning: shortenedBy === undefined ? null : warnings[shortenedBy] };
}

const warnings: Record<Shortening, string> = {
  token:
    'It ends when the token ends that created it. For one that lives longer sign in again, and make it within a quarter of an hour.',
  policy: 'It ends sooner than tokens do by default: a policy lets none live longer.',
};

function copyOf(scopes: TokenEntity['scopes']): TokenView['scopes'] {
  return scopes.map(({ actions, on }) => ({ actions: [...actions], on }));
}
