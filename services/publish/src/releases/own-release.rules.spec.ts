import { randomUUID } from 'node:crypto';
import type { OrganizationId, RepositoryId, TokenId } from '@waybill/domain';
import { actorOf, anonymous } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { person, tokenFor } from '../../test/principals.js';
import { publisherWith, tokenOfPublisher } from '../../test/release-origins.js';
import { isOwn } from './own-release.rules.js';

const organizationId = randomUUID() as OrganizationId;
const repositoryId = randomUUID() as RepositoryId;
const alice = person();
const ofPublisher = tokenOfPublisher(organizationId, repositoryId, publisherWith());

function another(token: typeof ofPublisher): typeof ofPublisher {
  if (token.kind !== 'token') throw new Error('Not a token.');
  return { ...token, tokenId: randomUUID() as TokenId };
}

function userOf(principal: typeof alice) {
  if (principal.kind === 'anonymous') throw new Error('Nobody.');
  return principal.userId;
}

describe('a release is the caller’s own (P8)', () => {
  it('where the same person submitted it, with whichever credential', () => {
    const token = tokenFor(organizationId, 'owner', repositoryId);
    const release = { publishedBy: actorOf(token), publishedByUser: userOf(token), trustedPublisher: null };
    expect(isOwn(another(token), release)).toBe(true);
    expect(isOwn(alice, release)).toBe(false);
    expect(isOwn(anonymous, release)).toBe(false);
  });

  it('where the same trusted publisher did, with whichever of its tokens, and not for the account that these stand for', () => {
    const trustedPublisher = ofPublisher.kind === 'token' ? (ofPublisher.publisher ?? null) : null;
    const release = { publishedBy: actorOf(ofPublisher), publishedByUser: null, trustedPublisher };
    expect(isOwn(another(ofPublisher), release)).toBe(true);
    const elsewhere = tokenOfPublisher(organizationId, repositoryId, publisherWith());
    expect(isOwn(another(elsewhere), release)).toBe(false);
    const byAccount = { publishedBy: 'user:1', publishedByUser: userOf(ofPublisher), trustedPublisher: null };
    expect(isOwn(another(ofPublisher), byAccount)).toBe(false);
  });

  it('by its credential where no user was noted', () => {
    const release = { publishedBy: actorOf(alice), publishedByUser: null, trustedPublisher: null };
    expect(isOwn(alice, release)).toBe(true);
    expect(isOwn(person(), release)).toBe(false);
  });
});
