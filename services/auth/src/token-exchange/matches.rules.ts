import type { Action, PackagePurl, RepositoryId, TokenScope } from '@waybill/domain';
import type { MismatchReason } from '@waybill/trusted-publishing';
import { describeMismatch, matchPublisher } from '@waybill/trusted-publishing';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import { actionsOfPublisherToken } from '../trusted-publishers/publisher-actions.rules.js';
import type { PublisherCandidate, PublisherTarget } from '../trusted-publishers/publisher-wish.js';
import { maxScopes } from '../tokens/token-scopes.schema.js';
import {
  ambiguous,
  noPublisher,
  packageNeeded,
  publisherRefuses,
  scopeRefused,
  tooManyPackages,
} from './exchange.errors.js';
import { demandsOf, givesMoreThanNarrower, narrowness, wantedOf } from './narrower.rules.js';

/** A publisher that trusts a token. */
export interface Match {
  readonly verified: VerifiedIdToken;
  readonly candidate: PublisherCandidate;
  /** Ids to be written down with this use (T8). */
  readonly pins: Readonly<Record<string, string>>;
}

/** What a token is for: the publishers of one repository, the first of which it is shown as. */
export interface Chosen {
  readonly repositoryId: RepositoryId;
  readonly repository: string;
  readonly matches: readonly [Match, ...Match[]];
  readonly scopes: readonly TokenScope[];
}

export interface Asked {
  readonly ecosystem?: string | undefined;
  readonly packagePurl?: PackagePurl | undefined;
  readonly actions?: readonly Action[] | undefined;
}

const maxReasons = 10;

/** The publishers that trust the token. Throws `oidc.publisher-refuses` with reasons for who has proven whose it is, else `oidc.no-publisher`. */
export function matchesOf(
  pairs: readonly { readonly verified: VerifiedIdToken; readonly candidate: PublisherCandidate }[],
): readonly [Match, ...Match[]] {
  const matches: Match[] = [];
  const proven: MismatchReason[] = [];
  for (const { verified, candidate } of pairs) {
    const result = matchPublisher({ ...candidate.publisher.rule }, verified.claims);
    if (result.matches) matches.push({ verified, candidate, pins: result.pins });
    else if (result.proven) proven.push(...result.reasons);
  }
  const [first, ...others] = matches;
  if (first !== undefined) return [first, ...others];
  if (proven.length === 0) throw noPublisher();
  throw publisherRefuses([...new Set(proven.map(describeMismatch))].slice(0, maxReasons));
}

/**
 * What the token is for. With a package it is that one, by the publisher that names it most narrowly; without, all that the
 * publishers name in one repository, unless naming one of it would give less. Throws `oidc.ambiguous`, `oidc.package-needed`,
 * `oidc.too-many-packages`, `oidc.scope-refused`.
 */
export function choose(matches: readonly [Match, ...Match[]], asked: Asked): Chosen {
  const counted = ofKnownOrganizations(matches);
  const places = new Map(
    counted.flatMap(({ candidate }) => candidate.targets.map((target) => [target.repositoryId, target.repository])),
  );
  const [place, ...otherPlaces] = places;
  if (place === undefined) throw noPublisher();
  if (otherPlaces.length > 0) throw ambiguous([...places.values()].toSorted());
  const [repositoryId, repository] = place;
  const { packagePurl } = asked;
  const trusted: readonly [Match, ...Match[]] = packagePurl === undefined ? counted : [narrowestOf(counted)];
  const scopes = trusted.flatMap(({ candidate }) => {
    const actions = wantedOf(actionsOfPublisherToken(candidate.publisher.actions), asked.actions);
    if (actions.length === 0) return [];
    if (packagePurl !== undefined) {
      return [{ actions, on: { kind: 'package' as const, repositoryId, purl: packagePurl } }];
    }
    return candidate.targets.map((target) => ({ actions, on: placeOf(target, candidate, asked.ecosystem) }));
  });
  if (scopes.length === 0) {
    throw scopeRefused([...new Set(trusted.flatMap(({ candidate }) => candidate.publisher.actions))]);
  }
  if (scopes.length > maxScopes) throw tooManyPackages(maxScopes);
  if (packagePurl === undefined && givesMoreThanNarrower(trusted, asked.actions)) throw packageNeeded();
  return { repositoryId, repository, matches: trusted, scopes };
}

/**
 * Anybody may register somebody else's project for a repository of their own. That is not to make the token unclear to whom the project
 * publishes with already: where an organization has a publisher that was used, those of others which never were do not count.
 */
function ofKnownOrganizations(matches: readonly [Match, ...Match[]]): readonly [Match, ...Match[]] {
  const used = matches.filter(({ candidate }) => candidate.publisher.firstUsedAt !== null);
  const known = new Set(used.map(({ candidate }) => candidate.publisher.organizationId));
  const [first, ...others] = matches.filter(({ candidate }) => known.has(candidate.publisher.organizationId));
  return first === undefined ? matches : [first, ...others];
}

/** Of one ecosystem, where that was said: a token for npm publishes no crates of the same repository (T10). */
function placeOf(
  { kind, repositoryId, packagePurl, purlPrefix }: PublisherTarget,
  { publisher: { organizationId } }: PublisherCandidate,
  ecosystem: string | undefined,
): TokenScope['on'] {
  if (kind === 'package' && packagePurl !== null) return { kind: 'package', repositoryId, purl: packagePurl };
  if (purlPrefix !== null) return { kind: 'pattern', organizationId, repositoryId, purlPrefix };
  if (ecosystem === undefined) return { kind: 'repository', repositoryId };
  return { kind: 'pattern', organizationId, repositoryId, purlPrefix: `pkg:${ecosystem}/` };
}

/**
 * What somebody said of the one package counts more than what they said of many, then what asks for more (an environment, a tag) more than
 * what asks for less, and of what is alike the older.
 */
function narrowestOf(matches: readonly [Match, ...Match[]]): Match {
  const [narrowest] = matches.toSorted(
    (one, other) =>
      rankOf(one) - rankOf(other) || demandsOf(other.candidate) - demandsOf(one.candidate) || ageOf(one) - ageOf(other),
  );
  return narrowest ?? matches[0];
}

function rankOf({ candidate: { targets } }: Match): number {
  return Math.min(...targets.map(({ kind }) => narrowness[kind]));
}

function ageOf({ candidate: { publisher } }: Match): number {
  return publisher.createdAt.getTime();
}
