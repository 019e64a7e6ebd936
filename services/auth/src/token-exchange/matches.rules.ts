import type { Action, OrganizationId, PackagePurl, PublisherId, RepositoryId, TokenScope } from '@waybill/domain';
import type { MismatchReason } from '@waybill/trusted-publishing';
import { describeMismatch, matchPublisher } from '@waybill/trusted-publishing';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import { maxScopes } from '../tokens/token-scopes.schema.js';
import { actionsOfPublisherToken } from '../trusted-publishers/publisher-actions.rules.js';
import type { PublisherCandidate, PublisherTarget } from '../trusted-publishers/publisher-wish.js';
import {
  ambiguous,
  noPublisher,
  packageNeeded,
  publisherRefuses,
  scopeRefused,
  tooManyPackages,
} from './exchange.errors.js';
import { givesMoreThanNarrower, narrowestOf, wantedOf } from './narrower.rules.js';
import { inTurn, isProven } from './turns.rules.js';

/** A publisher that trusts a token. */
export interface Match {
  readonly verified: VerifiedIdToken;
  readonly candidate: PublisherCandidate;
  /** Ids to be written down with this use (T8). */
  readonly pins: Readonly<Record<string, string>>;
}

export type Matches = readonly [Match, ...Match[]];

/** What a token is for: scopes with the publishers that give them, the first of which the token is shown as. */
export interface Chosen {
  /** Each publisher once, with those of its targets that the token is for. */
  readonly matches: Matches;
  readonly scopes: readonly GivenScope[];
  /** Whose publishers these are: mostly one. */
  readonly organizations: readonly OrganizationId[];
  /** Organizations that have published from the project of the job; who only names it is told nothing of the job. */
  readonly known: ReadonlySet<OrganizationId>;
}

type Given = Omit<Chosen, 'known'>;

export type GivenScope = Required<TokenScope> & { readonly on: { readonly repositoryId: RepositoryId } };

export interface Asked {
  readonly ecosystem?: string | undefined;
  readonly packagePurl?: PackagePurl | undefined;
  readonly actions?: readonly Action[] | undefined;
}

/** The publishers of one repository that trust the token, with what they are for there. */
export interface Place {
  readonly repositoryId: RepositoryId;
  readonly repository: string;
  readonly matches: Matches;
}

const maxReasons = 10;

/** The publishers that trust the token. Throws `oidc.publisher-refuses` with reasons for who has proven whose it is, else `oidc.no-publisher`. */
export function matchesOf(
  pairs: readonly { readonly verified: VerifiedIdToken; readonly candidate: PublisherCandidate }[],
): Matches {
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
 * What the token is for. With a package it is that one, in every repository that trusts the job with it, by the publisher there that names
 * it most narrowly: anybody may register somebody else's project for a repository of their own, and nobody is to be in its way by that.
 * Without, it is all that the publishers name in the only repository, unless naming one of it would give less. `known`: unless it is told by
 * all of the matches, of which these are some. Throws `oidc.ambiguous`,
 * `oidc.package-needed`, `oidc.too-many-packages`, `oidc.scope-refused`.
 */
export function choose(matches: Matches, asked: Asked, known = knownOf(matches)): Chosen {
  // Who names a project proves nothing by it; a release that came from there does. Beside who has one, others do not count.
  const places = placesOf(known.size === 0 ? matches : matches.filter((match) => known.has(organizationOf(match))));
  const { packagePurl } = asked;
  if (packagePurl !== undefined) return { ...ofPackage(places, packagePurl, asked.actions), known };
  const [place, ...others] = places;
  if (place === undefined) throw noPublisher();
  if (others.length > 0) throw ambiguous(places.map(({ repository }) => repository).toSorted());
  return { ...wholeOf(place, asked), known };
}

function knownOf(matches: readonly Match[]): ReadonlySet<OrganizationId> {
  return new Set(matches.filter(isProven).map(organizationOf));
}

function placesOf(matches: readonly Match[]): Place[] {
  const places = new Map<RepositoryId, Place>();
  for (const match of matches) {
    for (const [repositoryId, targets] of Map.groupBy(match.candidate.targets, (target) => target.repositoryId)) {
      const there: Match = { ...match, candidate: { ...match.candidate, targets } };
      const before = places.get(repositoryId);
      const repository = targets[0]?.repository ?? '';
      places.set(
        repositoryId,
        before === undefined
          ? { repositoryId, repository, matches: [there] }
          : { ...before, matches: [...before.matches, there] },
      );
    }
  }
  return [...places.values()];
}

function ofPackage(places: readonly Place[], purl: PackagePurl, wanted: readonly Action[] | undefined): Given {
  const narrowest = places.map(({ repositoryId, matches }) => {
    const match = narrowestOf(matches);
    return { repositoryId, match, actions: actionsOf(match, wanted) };
  });
  const giving = inTurn(narrowest.filter(({ actions }) => actions.length > 0)).slice(0, maxScopes);
  return chosenOf(
    giving.map(({ match }) => match),
    giving.map(({ repositoryId, match, actions }) => ({
      actions,
      on: { kind: 'package', repositoryId, purl },
      publisherId: publisherOf(match),
    })),
    narrowest.map(({ match }) => match),
  );
}

function wholeOf({ matches }: Place, { ecosystem, actions: wanted }: Asked): Given {
  const scopes = matches.flatMap((match): GivenScope[] => {
    const actions = actionsOf(match, wanted);
    if (actions.length === 0) return [];
    const publisherId = publisherOf(match);
    return match.candidate.targets.map((target) => ({
      actions,
      on: placeOf(target, match.candidate, ecosystem),
      publisherId,
    }));
  });
  const chosen = chosenOf(matches, scopes, matches);
  if (scopes.length > maxScopes) throw tooManyPackages(maxScopes);
  if (givesMoreThanNarrower(matches, wanted)) throw packageNeeded();
  return chosen;
}

function chosenOf(giving: readonly Match[], scopes: readonly GivenScope[], trusted: readonly Match[]): Given {
  const merged = new Map<string, Match>();
  for (const match of giving) {
    const publisherId = publisherOf(match);
    const before = merged.get(publisherId)?.candidate.targets ?? [];
    merged.set(publisherId, {
      ...match,
      candidate: { ...match.candidate, targets: [...before, ...match.candidate.targets] },
    });
  }
  const [first, ...others] = merged.values();
  if (first === undefined || scopes.length === 0) {
    throw scopeRefused([...new Set(trusted.flatMap(({ candidate }) => candidate.publisher.actions))]);
  }
  const matches: Matches = [first, ...others];
  return { matches, scopes, organizations: [...new Set(matches.map(organizationOf))] };
}

function actionsOf({ candidate }: Match, wanted: readonly Action[] | undefined): Action[] {
  return wantedOf(actionsOfPublisherToken(candidate.publisher.actions), wanted);
}

/** Of one ecosystem, where that was said: a token for npm publishes no crates of the same repository (T10). */
function placeOf(
  { kind, repositoryId, packagePurl, purlPrefix }: PublisherTarget,
  { publisher: { organizationId } }: PublisherCandidate,
  ecosystem: string | undefined,
): GivenScope['on'] {
  if (kind === 'package' && packagePurl !== null) return { kind: 'package', repositoryId, purl: packagePurl };
  if (purlPrefix !== null) return { kind: 'pattern', organizationId, repositoryId, purlPrefix };
  if (ecosystem === undefined) return { kind: 'repository', repositoryId };
  return { kind: 'pattern', organizationId, repositoryId, purlPrefix: `pkg:${ecosystem}/` };
}

export function organizationOf({ candidate }: Match): OrganizationId {
  return candidate.publisher.organizationId;
}

export function publisherOf({ candidate }: Match): PublisherId {
  return candidate.publisher.publisherId;
}
