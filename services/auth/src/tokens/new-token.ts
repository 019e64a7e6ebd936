import { randomUUID } from 'node:crypto';
import type { PublisherId, ReleasePath, TokenId, TokenScope, TokenText, UserId } from '@waybill/domain';
import { hashToken, newTokenText } from '@waybill/domain';
import { TokenEntity, type TokenKind } from './token.entity.js';
import { oneLine, shownPrefix } from './token.rules.js';

/** A token that is not stored yet. */
export interface NewToken {
  readonly token: TokenEntity;
  /** Shown once, to whoever asked; never stored or logged. */
  readonly text: TokenText;
}

interface TokenDraft {
  readonly userId: UserId;
  readonly description: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date;
  /** `personal` unless given. */
  readonly kind?: TokenKind;
  readonly createdBy?: UserId;
  readonly createdWith?: TokenId;
  readonly isLogin?: boolean;
}

/** A token for trusted publishers; the first of them is the one that it is shown as. */
export interface PublisherTokenDraft {
  readonly userId: UserId;
  readonly description: string;
  /** Each names the publisher that gives it. */
  readonly scopes: readonly TokenScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly publisherIds: readonly PublisherId[];
  readonly releasePath: ReleasePath;
  /** By publishers' ids. */
  readonly otherPaths: Readonly<Record<string, ReleasePath>> | null;
}

/** `parent`: the one that it is made narrower from, and whose kind it has. */
export function newToken(draft: TokenDraft, parent?: TokenEntity): NewToken {
  const { kind = 'personal', createdBy = null, createdWith = null, isLogin = false, description, ...own } = draft;
  const text = newTokenText();
  const token = Object.assign(new TokenEntity(), {
    ...own,
    publisherIds: [],
    releasePath: null,
    otherPaths: null,
    wasShared: false,
    kind: parent?.kind ?? kind,
    isLogin,
    createdBy,
    createdWithId: createdWith,
    parentId: parent?.tokenId ?? null,
    rootId: parent === undefined ? null : (parent.rootId ?? parent.tokenId),
    ceilings: parent === undefined ? [] : [parent.scopes, ...parent.ceilings],
    description: oneLine(description),
    tokenId: randomUUID() as TokenId,
    tokenHash: hashToken(text),
    prefix: shownPrefix(text),
    version: 1,
    createdAt: new Date(),
    lastUsedAt: null,
    lastUsedAddress: null,
    lastUsedClient: null,
    warnedDays: null,
    revokedAt: null,
  });
  return { token, text };
}

export function newPublisherToken(draft: PublisherTokenDraft): NewToken {
  const { publisherIds, releasePath, otherPaths, createdAt, ...own } = draft;
  const { token, text } = newToken({ ...own, kind: 'publisher' });
  return { text, token: Object.assign(token, { publisherIds: [...publisherIds], releasePath, otherPaths, createdAt }) };
}
