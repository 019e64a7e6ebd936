import type { OrganizationId, RepositoryId, TokenId } from '@waybill/domain';
import { actorOf } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { person, tokenFor } from '../../test/principals.js';
import { assertMayApprove, type SelfApproval } from './self-approval.rules.js';

const publisher = person();
const admin = person([], { installationAdmin: true });

function mayApprove(policy: SelfApproval, by: typeof publisher, published: typeof publisher): boolean {
  if (published.kind === 'anonymous') throw new Error('Nobody publishes without a name.');
  try {
    assertMayApprove(
      by,
      { publishedBy: actorOf(published), publishedByUser: published.userId, trustedPublisher: null },
      policy,
    );
    return true;
  } catch {
    return false;
  }
}

describe('who published a release (P8)', () => {
  it('may not approve it, unless the policy says so', () => {
    expect(mayApprove('admins', publisher, publisher)).toBe(false);
    expect(mayApprove('refuse', publisher, publisher)).toBe(false);
    expect(mayApprove('allow', publisher, publisher)).toBe(true);
    expect(mayApprove('refuse', person(), publisher)).toBe(true);
  });

  it('may as an installation admin by default, since there may be nobody else', () => {
    expect(mayApprove('admins', admin, admin)).toBe(true);
    expect(mayApprove('refuse', admin, admin)).toBe(false);
  });

  it('may not with another credential of theirs either', () => {
    const token = tokenFor('o' as OrganizationId, 'owner', 'r' as RepositoryId);
    if (token.kind !== 'token') throw new Error('Not a token.');
    const other = { ...token, tokenId: 'another' as TokenId };
    expect(mayApprove('admins', other, token)).toBe(false);
  });

  it('is known by the credential where no user was noted', () => {
    const before = { publishedBy: actorOf(publisher), publishedByUser: null, trustedPublisher: null };
    expect(() => assertMayApprove(publisher, before, 'admins')).toThrow(
      expect.objectContaining({ kind: 'forbidden', code: 'release.own' }),
    );
    expect(() => assertMayApprove(person(), before, 'admins')).not.toThrow();
  });
});
