import { Injectable } from '@nestjs/common';
import type { OrganizationId, PublisherId } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { providers } from '@waybill/trusted-publishing';
import type { EntityManager } from 'typeorm';
import { IssuersInUse } from '../oidc-issuers/issuers-in-use.js';
import { issuerUnknown } from '../oidc-issuers/id-token.errors.js';
import { newPublisherToken, type NewToken, type PublisherTokenDraft } from '../tokens/new-token.js';
import { PublisherAccountsRepository } from '../tokens/publisher-accounts.repository.js';
import type { PublisherCandidate } from '../trusted-publishers/publisher-wish.js';
import { TrustedPublishers } from '../trusted-publishers/trusted-publishers.js';
import { noPublisher, tooManyTokens, tokenUsed } from './exchange.errors.js';
import type { ExchangedBy, ExchangeWish } from './exchange-wish.js';
import type { Chosen, Match } from './matches.rules.js';
import { choose, organizationOf, publisherOf } from './matches.rules.js';
import { MintedTokensRepository } from './minted-tokens.repository.js';
import { isProven } from './turns.rules.js';

/** A quarter of an hour: long enough for the slowest upload, short enough to be of no use to who finds it. */
export const publisherTokenSeconds = 15 * 60;
const maxDescribed = 200;

export interface MintedForPublishers extends NewToken {
  readonly chosen: Chosen;
}

/** Whose publishers somebody has changed, used or ended since they were matched. */
export interface ChangedMeanwhile {
  readonly changed: readonly OrganizationId[];
}

/** The transaction of an exchange: what the token is of, that it was used, and what it is exchanged for, all or nothing. */
@Injectable()
export class PublisherMinting {
  constructor(
    private readonly issuers: IssuersInUse,
    private readonly publishers: TrustedPublishers,
    private readonly accounts: PublisherAccountsRepository,
    private readonly minted: MintedTokensRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * `restless`: organizations one of whose publishers was seen to change since it was matched; nobody waits for more of theirs. `changed`
   * instead of a token: whose publishers were it this time; what is found then has to be matched again. Locks go from the issuer over
   * repositories and publishers to the used token, the same way for all. Throws what `choose` throws where an issuer is not what it was, `conflict` `oidc.token-used`, `limit` `oidc.too-many-tokens`.
   */
  async mint(
    by: ExchangedBy,
    matched: Chosen,
    wish: ExchangeWish,
    restless: ReadonlySet<OrganizationId>,
  ): Promise<MintedForPublishers | ChangedMeanwhile> {
    const [{ verified }] = matched.matches;
    const userId = await this.accounts.of(verified.path.provider);
    return this.unitOfWork.run(async (manager) => {
      const locked = await this.#locked(manager, matched, wish, restless);
      if ('changed' in locked) return locked;
      let chosen = await this.#stillTrusted(manager, locked, wish);
      for (;;) {
        const { token, text } = newPublisherToken({ ...draftOf(chosen), userId });
        const { isClaimed, full } = await this.minted.insert(manager, by, { chosen, token, wish });
        if (isClaimed) return { token, text, chosen };
        if (full.length === 0) throw tokenUsed();
        chosen = withoutFull(chosen, wish, full);
      }
    });
  }

  /**
   * What of it nobody has changed. Who only names a project of others, and changes or holds its publisher all the time, is left out, so that
   * it keeps nobody from publishing; whatever came from the project is waited for.
   */
  async #locked(
    manager: EntityManager,
    matched: Chosen,
    wish: ExchangeWish,
    restless: ReadonlySet<OrganizationId>,
  ): Promise<Chosen | ChangedMeanwhile> {
    const { matches, known, organizations } = matched;
    const isLeftOut = ({ publisher: { organizationId } }: PublisherCandidate) =>
      organizations.length > 1 && restless.has(organizationId) && !known.has(organizationId);
    const candidates = matches.map(({ candidate }) => candidate);
    const before = this.issuers.holdPart(matches[0].verified.issuer.url);
    const unchanged = await this.publishers.lock(manager, candidates, before, isLeftOut);
    const isChanged = (match: Match) => !unchanged.has(publisherOf(match));
    const changed = matches.filter(isChanged);
    if (changed.length === 0) return matched;
    if (changed.length === matches.length || changed.some(({ candidate }) => !isLeftOut(candidate))) {
      return { changed: changed.map(organizationOf) };
    }
    return without(matched, wish, isChanged, noPublisher);
  }

  /** Each organization for which the issuer is still what it was when the token was verified; the others lose their own part only. */
  async #stillTrusted(manager: EntityManager, chosen: Chosen, wish: ExchangeWish): Promise<Chosen> {
    const gone = new Set<OrganizationId>();
    for (const organizationId of chosen.organizations) {
      const match = chosen.matches.find((one) => organizationOf(one) === organizationId);
      const isStill = match && (await this.issuers.isStill(manager, match.verified.issuer, organizationId));
      if (isStill !== true) gone.add(organizationId);
    }
    if (gone.size === 0) return chosen;
    return without(chosen, wish, (match) => gone.has(organizationOf(match)), issuerUnknown);
  }
}

/**
 * Who has published from the project does not wait for what nothing ever came from there. Otherwise a token without what is full might be
 * for somebody alone who only names the project: the job tries again.
 */
function withoutFull(chosen: Chosen, wish: ExchangeWish, full: readonly PublisherId[]): Chosen {
  const isFull = (match: Match) => full.includes(publisherOf(match));
  const isKnownFull = chosen.matches.some((match) => isFull(match) && isProven(match));
  const isKnownLeft = chosen.matches.some((match) => !isFull(match) && isProven(match));
  if (isKnownFull || !isKnownLeft) throw tooManyTokens();
  return without(chosen, wish, isFull, tooManyTokens);
}

function without(
  { matches, known }: Chosen,
  wish: ExchangeWish,
  isGone: (match: Match) => boolean,
  nothingLeft: () => Error,
): Chosen {
  const [first, ...others] = matches.filter((match) => !isGone(match));
  if (first === undefined) throw nothingLeft();
  return choose([first, ...others], wish, known);
}

function draftOf({ matches, scopes }: Chosen): Omit<PublisherTokenDraft, 'userId'> {
  const [{ verified }] = matches;
  const { path } = verified;
  const others = matches.filter((match) => match.verified !== verified);
  const createdAt = new Date();
  return {
    description: [providers[path.provider].title, path.repository, path.workflow]
      .filter((part) => part !== undefined)
      .join(' ')
      .slice(0, maxDescribed),
    scopes,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + publisherTokenSeconds * 1000),
    publisherIds: matches.map(publisherOf),
    releasePath: path,
    otherPaths:
      others.length === 0 ? null : Object.fromEntries(others.map((match) => [publisherOf(match), match.verified.path])),
  };
}
