import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';
import { edgeContextOf } from './edge-context.js';
import { requireFreshProof } from './permission.guard.js';

export interface Proof {
  /** Of the second factor. */
  readonly code?: string | undefined;
  readonly clientAddress: string;
}

/** How it was proven that a person is there, and not who took a credential of theirs. */
export type ProvenBy = 'session' | 'second-factor' | 'token';

/** What auth says of who comes with a token: whose it is, and whether a code of their second factor went with it. */
export interface TokenProof {
  readonly account: 'person' | 'service';
  /** `none`: the person has none, so that nothing was asked. */
  readonly secondFactor: 'none' | 'proven';
}

export type TokenPrincipal = Extract<Principal, { kind: 'token' }>;

export function proofOf(request: FastifyRequest, code: string | undefined): Proof {
  return { code, clientAddress: edgeContextOf(request).clientAddress };
}

/**
 * What a stolen credential must not do alone (security.md P8, W7). It is for people, with a second factor where they have one: at a
 * browser they have proven a moment ago who they are, and with a token they give a code along, which `ask` uses up. `token`: the person
 * has no second factor, so that nothing was asked. Errors: `forbidden` `auth.people-only` | `auth.step-up-required`, and those of `ask`.
 */
export async function provePerson(
  caller: Principal,
  ask: (caller: TokenPrincipal) => Promise<TokenProof>,
): Promise<ProvenBy> {
  if (caller.kind === 'user') {
    requireFreshProof(caller);
    return 'session';
  }
  if (caller.kind === 'anonymous' || caller.publisher !== undefined) throw peopleOnly();
  const { account, secondFactor } = await ask(caller);
  if (account !== 'person') throw peopleOnly();
  return secondFactor === 'proven' ? 'second-factor' : 'token';
}

function peopleOnly(): DomainError {
  return new DomainError(
    'forbidden',
    'auth.people-only',
    'This is for people, and not for service accounts or trusted publishers.',
  );
}
