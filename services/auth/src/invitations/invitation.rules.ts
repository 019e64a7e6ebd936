import { DomainError, hashToken, isTokenText } from '@waybill/domain';
import type { UserEntity } from '../users/user.entity.js';
import type { InvitationEntity } from './invitation.entity.js';

export const defaultInvitationDays = 7;
export const maxInvitationDays = 30;
export const maxTeamsOfInvitation = 20;

/** What an invitation looks like to who may see it. */
export const shownInvitationStates = ['open', 'expired', 'accepted', 'declined', 'revoked'] as const;
export type ShownInvitationState = (typeof shownInvitationStates)[number];

export function shownState({ state, expiresAt }: Pick<InvitationEntity, 'state' | 'expiresAt'>): ShownInvitationState {
  return state === 'open' && expiresAt <= new Date() ? 'expired' : state;
}

/**
 * Who answers must be who was meant: the person whose name it was, or somebody who has the secret of the mail *and* shows
 * that mail to that address reaches them. Throws `not-found` to everybody else (security.md A6), and `forbidden`
 * `invitation.secret-needed` | `invitation.other-email` to who has one of the two.
 */
export function requireInvited(
  invitation: Pick<InvitationEntity, 'userId' | 'email' | 'secretHash'> | undefined,
  user: Pick<UserEntity, 'userId' | 'email' | 'emailVerifiedAt'>,
  secret: string | undefined,
): void {
  if (invitation === undefined) throw noSuchInvitation();
  if (invitation.email === null) {
    if (invitation.userId === user.userId) return;
    throw noSuchInvitation();
  }
  const hasSecret = secret !== undefined && isSecretOf(invitation, secret);
  const hasEmail = user.emailVerifiedAt !== null && user.email?.toLowerCase() === invitation.email;
  if (hasSecret && hasEmail) return;
  if (hasEmail) {
    throw new DomainError('forbidden', 'invitation.secret-needed', 'Follow the link in the mail that invited you.');
  }
  if (!hasSecret) throw noSuchInvitation();
  throw new DomainError(
    'forbidden',
    'invitation.other-email',
    'The invitation was sent to an address that is not the verified one of your account.',
  );
}

export function isSecretOf({ secretHash }: Pick<InvitationEntity, 'secretHash'>, secret: string): boolean {
  return secretHash !== null && isTokenText(secret) && hashToken(secret) === secretHash;
}

/** Throws `conflict` `invitation.answered`, `gone` `invitation.revoked` | `invitation.expired`. */
export function requireOpen(invitation: Pick<InvitationEntity, 'state' | 'expiresAt'>): void {
  switch (shownState(invitation)) {
    case 'open':
      return;
    case 'accepted':
    case 'declined':
      throw new DomainError('conflict', 'invitation.answered', 'That invitation has been answered already.');
    case 'revoked':
      throw new DomainError('gone', 'invitation.revoked', 'That invitation was revoked.');
    case 'expired':
      throw new DomainError('gone', 'invitation.expired', 'That invitation has expired: ask for a new one.');
  }
}

export function noSuchInvitation(): DomainError {
  return new DomainError('not-found', 'not-found', 'That invitation was not found.');
}
