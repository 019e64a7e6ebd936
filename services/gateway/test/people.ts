import { randomUUID } from 'node:crypto';
import type { Principal, TokenId, TokenText, UserId } from '@waybill/domain';
import { hashToken, newTokenText } from '@waybill/domain';
import type { RunningGateway } from './running-gateway.js';

/** A new person with one token that `auth` knows. */
export function newPerson(gateway: RunningGateway): { readonly principal: Principal; readonly token: TokenText } {
  const principal: Principal = {
    kind: 'token',
    tokenId: randomUUID() as TokenId,
    scopes: [],
    userId: randomUUID() as UserId,
    username: 'alice',
    installationAdmin: false,
    grants: [],
  };
  return { principal, token: anotherToken(gateway, principal) };
}

export function anotherToken(gateway: RunningGateway, principal: Principal): TokenText {
  const token = newTokenText();
  gateway.auth.principals.set(hashToken(token), principal);
  return token;
}
