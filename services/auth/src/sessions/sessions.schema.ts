import { grant, tokenScope } from '@waybill/contracts';
import type { Grant, Principal, SessionId, TokenScope } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { z } from 'zod';
import type { SessionEntity } from './session.entity.js';
import { MayBeAbsent } from '@waybill/management-api';

const maxCodeLength = 64;

export class OpenSessionBody {
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  username!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1000)
  password!: string;

  /** Of the second factor, or a recovery code; needed by who has one. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(maxCodeLength)
  code?: string;
}

export class ProofBody {
  /** Needed by who has no second factor. */
  @MayBeAbsent()
  @IsString()
  @MinLength(1)
  @MaxLength(1000)
  password?: string;

  /** Needed by who has one. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(maxCodeLength)
  code?: string;
}

export const openedSessionView = z.object({ username: z.string(), expiresAt: z.iso.datetime() });
export type OpenedSessionView = z.infer<typeof openedSessionView>;

/** Who the caller is, by whichever credential. */
export const callerView = z.object({
  kind: z.enum(['user', 'token']),
  id: z.uuid(),
  username: z.string(),
  installationAdmin: z.boolean(),
  grants: z.array(grant),
  scopes: z.array(tokenScope).optional(),
  tokenId: z.uuid().optional().describe('Of the token that the request came with.'),
});

export interface CallerView {
  readonly kind: 'user' | 'token';
  readonly id: string;
  readonly username: string;
  readonly installationAdmin: boolean;
  readonly grants: readonly Grant[];
  readonly scopes?: readonly TokenScope[];
  readonly tokenId?: string;
}

/** Throws `unauthenticated` for the anonymous. */
export function viewOfCaller(caller: Principal): CallerView {
  if (caller.kind === 'anonymous') {
    throw new DomainError('unauthenticated', 'auth.required', 'You are not signed in.');
  }
  const { kind, userId: id, username, installationAdmin, grants } = caller;
  const ofToken = kind === 'token' ? { scopes: caller.scopes, tokenId: caller.tokenId } : {};
  return { kind, id, username, installationAdmin, grants, ...ofToken };
}

export const sessionView = z.object({
  id: z.uuid(),
  clientAddress: z.string(),
  client: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  current: z.boolean(),
});
export type SessionView = z.infer<typeof sessionView>;

/** `current`: the session that asks. */
export function viewOfSession(session: SessionEntity, current: SessionId | undefined): SessionView {
  return {
    id: session.sessionId,
    clientAddress: session.clientAddress,
    client: session.client,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    current: session.sessionId === current,
  };
}
