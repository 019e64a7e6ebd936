import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsISO8601,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
} from 'class-validator';
import type { TokenScope } from '@waybill/domain';
import type { TokenEntity } from './token.entity.js';

export class CreateTokenBody {
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  description!: string;

  /** `{ actions, on }`, parsed by `parseTokenScopes`. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  scopes!: unknown[];

  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  @MaxLength(40)
  expiresAt?: string;
}

export interface TokenView {
  readonly id: string;
  readonly prefix: string;
  readonly description: string;
  readonly scopes: readonly TokenScope[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

export function viewOfToken(token: TokenEntity): TokenView {
  const { tokenId: id, prefix, description, scopes, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    prefix,
    description,
    scopes,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
