import { Injectable } from '@nestjs/common';
import { Refusals } from '@waybill/audit';
import type { OrganizationId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { lookupKeys } from '@waybill/trusted-publishing';
import { IdTokenVerifier } from '../oidc-issuers/id-token-verifier.js';
import type { VerifiedIdToken, VerifiedIdTokens } from '../oidc-issuers/verified-id-token.js';
import type { PublisherCandidate, PublisherWish } from '../trusted-publishers/publisher-wish.js';
import { TrustedPublishers } from '../trusted-publishers/trusted-publishers.js';
import type { ExchangedToken, ExchangeWish } from './exchange-wish.js';
import { changedMeanwhile, noPublisher } from './exchange.errors.js';
import { ExchangeThrottle } from './exchange.throttle.js';
import { choose, matchesOf } from './matches.rules.js';
import { PublisherMinting } from './publisher-minting.service.js';

/** More than one project of a CI has for one package; those that something was published through come first. */
const maxCandidates = 100;
/** The first uses of a publisher change it, each of all that come at the same time. */
const maxAttempts = 10;

/** The one exchange core (architecture.md §7): a CI's ID token for one of ours, which every ecosystem's endpoint maps to. */
@Injectable()
export class TokenExchange {
  constructor(
    private readonly throttle: ExchangeThrottle,
    private readonly verifier: IdTokenVerifier,
    private readonly publishers: TrustedPublishers,
    private readonly minting: PublisherMinting,
    private readonly refusals: Refusals,
  ) {}

  /**
   * Throws what `IdTokenVerifier.verify` throws, but for an unknown issuer; `not-found` `oidc.no-publisher`, the same for all that nobody
   * knows here (A6); `forbidden` `oidc.publisher-refuses` with reasons, to whom the project is, and `oidc.scope-refused`; `conflict`
   * `oidc.ambiguous` | `oidc.package-needed` | `oidc.token-used` | `oidc.too-many-packages`; `limit` `oidc.throttled` |
   * `oidc.too-many-tokens`; `unavailable` `oidc.publishers-changing`. What is refused uses no token up.
   */
  async exchange(wish: ExchangeWish): Promise<ExchangedToken> {
    this.throttle.take(wish.clientAddress);
    let verified: VerifiedIdToken | undefined;
    try {
      const tokens = await this.verifier.verify(wish.idToken, { audiences: wish.audiences });
      [verified] = tokens;
      this.throttle.takeFor(verified);
      return await this.#exchangeVerified(tokens, wish);
    } catch (thrown) {
      const error = sameForStrangers(thrown);
      this.#tell(wish, verified, error);
      throw error;
    }
  }

  async #exchangeVerified(tokens: VerifiedIdTokens, wish: ExchangeWish): Promise<ExchangedToken> {
    const by = { requestId: wish.requestId, clientAddress: wish.clientAddress };
    const restless = new Set<OrganizationId>();
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const chosen = choose(matchesOf(await this.#candidates(tokens, wish)), wish);
      const minted = await this.minting.mint(by, chosen, wish, restless);
      if ('changed' in minted) {
        for (const organizationId of minted.changed) restless.add(organizationId);
        continue;
      }
      const { text, token } = minted;
      const [{ candidate }] = minted.chosen.matches;
      const { publisherId, provider } = candidate.publisher;
      return {
        text,
        createdAt: token.createdAt,
        expiresAt: token.expiresAt,
        publisherId,
        provider,
        scopes: token.scopes,
      };
    }
    throw changedMeanwhile();
  }

  async #candidates(
    tokens: VerifiedIdTokens,
    wish: ExchangeWish,
  ): Promise<{ readonly verified: VerifiedIdToken; readonly candidate: PublisherCandidate }[]> {
    const pairs = [];
    for (const verified of tokens) {
      const found = await this.publishers.candidates(publisherWishOf(verified, wish), maxCandidates);
      pairs.push(...found.map((candidate) => ({ verified, candidate })));
    }
    return pairs;
  }

  /** Counted and audited, bounded; what is wrong with the issuer, or with us, is nobody's failure. */
  #tell({ clientAddress, requestId }: ExchangeWish, verified: VerifiedIdToken | undefined, error: unknown): void {
    if (!(error instanceof DomainError) || error.kind === 'unavailable' || error.kind === 'internal') return;
    if (error.kind !== 'limit') this.throttle.failed(clientAddress, verified);
    const { issuer, repository, workflow, ref, event } = verified?.path ?? {};
    void this.refusals.record(
      { actor: 'anonymous', clientAddress, requestId },
      {
        action: 'oidc.exchange',
        subject: issuer === undefined ? 'ci-project:unknown' : `ci-project:${[issuer, repository].join(' ')}`,
        details: { code: error.code, repository, workflow, ref, event },
      },
    );
  }
}

function sameForStrangers(error: unknown): unknown {
  return error instanceof DomainError && error.code === 'oidc.issuer-unknown' ? noPublisher() : error;
}

/** Which publishers a verified token could be of. */
function publisherWishOf({ issuer, claims }: VerifiedIdToken, wish: ExchangeWish): PublisherWish {
  return {
    issuer: issuer.url,
    organizations: issuer.organizations,
    lookupKeys: lookupKeys(issuer.provider, claims),
    ecosystem: wish.ecosystem,
    packagePurl: wish.packagePurl,
    repository: wish.repository,
  };
}
