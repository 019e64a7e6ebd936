import type { UserId } from '@waybill/domain';
import { hashToken, newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { requireInvited, requireOpen, shownState } from './invitation.rules.js';

const ada = '11111111-1111-4111-8111-111111111111' as UserId;
const ben = '22222222-2222-4222-8222-222222222222' as UserId;
const secret = newTokenText();
const byEmail = { userId: null, email: 'ada@example.org', secretHash: hashToken(secret) };
const byName = { userId: ada, email: null, secretHash: null };

function person(userId: UserId, email: string | null, verified = true) {
  return { userId, email, emailVerifiedAt: verified && email !== null ? new Date() : null };
}

function refusal(work: () => void): string {
  try {
    work();
  } catch (error) {
    return String(Reflect.get(error as object, 'code'));
  }
  return 'none';
}

describe('who is invited', () => {
  it.each([
    ['the person whose name it was', byName, person(ada, null), undefined, 'none'],
    ['somebody else', byName, person(ben, 'ada@example.org'), secret, 'not-found'],
    ['whoever took a name that nobody had', { ...byName, userId: null }, person(ada, null), undefined, 'not-found'],
    ['who has secret and address, in any case', byEmail, person(ben, 'Ada@Example.org'), secret, 'none'],
    [
      'who has the address without the secret',
      byEmail,
      person(ada, 'ada@example.org'),
      undefined,
      'invitation.secret-needed',
    ],
    [
      'who has the secret at another address',
      byEmail,
      person(ada, 'eve@example.org'),
      secret,
      'invitation.other-email',
    ],
    [
      'who only says that it is their address',
      byEmail,
      person(ada, 'ada@example.org', false),
      secret,
      'invitation.other-email',
    ],
    ['who has another secret', byEmail, person(ada, 'eve@example.org'), newTokenText(), 'not-found'],
    ['who has a secret that is none', byEmail, person(ada, null), 'x'.repeat(100), 'not-found'],
  ])('%s', (_who, invitation, user, given, code) => {
    expect(refusal(() => requireInvited(invitation, user, given))).toBe(code);
  });

  it('is answered alike where there is no invitation (A6)', () => {
    expect(refusal(() => requireInvited(undefined, person(ada, null), undefined))).toBe('not-found');
  });
});

describe('an invitation', () => {
  const later = new Date(Date.now() + 60_000);
  const before = new Date(Date.now() - 1);

  it.each([
    ['open', later, 'open', 'none'],
    ['open', before, 'expired', 'invitation.expired'],
    ['accepted', later, 'accepted', 'invitation.answered'],
    ['declined', before, 'declined', 'invitation.answered'],
    ['revoked', later, 'revoked', 'invitation.revoked'],
  ] as const)('that is %s until %s is %s', (state, expiresAt, shown, code) => {
    expect(shownState({ state, expiresAt })).toBe(shown);
    expect(refusal(() => requireOpen({ state, expiresAt }))).toBe(code);
  });
});
