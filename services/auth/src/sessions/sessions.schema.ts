import type { Grant, Principal, TokenScope } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { IsString, MaxLength, MinLength } from 'class-validator';

export class OpenSessionBody {
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  username!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1000)
  password!: string;
}

/** Who the caller is, by whichever credential. */
export interface CallerView {
  readonly kind: 'user' | 'token';
  readonly id: string;
  readonly username: string;
  readonly installationAdmin: boolean;
  readonly grants: readonly Grant[];
  readonly scopes?: readonly TokenScope[];
}

/** Throws `unauthenticated` for the anonymous. */
export function viewOfCaller(caller: Principal): CallerView {
  if (caller.kind === 'anonymous') {
    throw new DomainError('unauthenticated', 'auth.required', 'You are not signed in.');
  }
  const { kind, userId: id, username, installationAdmin, grants } = caller;
  return { kind, id, username, installationAdmin, grants, ...(kind === 'token' ? { scopes: caller.scopes } : {}) };
}
