import type { Action } from '@waybill/domain';
import { actionsOfPublisherToken } from '../trusted-publishers/publisher-actions.rules.js';
import type { PublisherCandidate, PublisherTarget } from '../trusted-publishers/publisher-wish.js';

/** What is said of one package comes before what is said of some, and that before what is said of all. */
const narrowness = { package: 0, pattern: 1, repository: 2 } as const;

/** How much a publisher asks of a token beyond whose it is: an environment, a tag. */
function demandsOf({ publisher }: PublisherCandidate): number {
  const { conditions, environment, refs, requireProtectedRef = false, events, runner = 'any' } = publisher.rule;
  const others = [environment, refs, events].filter((demand) => demand !== undefined).length;
  return conditions.length + others + Number(requireProtectedRef) + Number(runner !== 'any');
}

export function wantedOf(given: readonly Action[], wanted: readonly Action[] | undefined): Action[] {
  return wanted === undefined ? [...given] : given.filter((action) => wanted.includes(action));
}

/**
 * Of publishers of one repository: what somebody said of the one package counts more than what they said of many, then what asks for more
 * (an environment, a tag) more than what asks for less, and of what is alike the older.
 */
export function narrowestOf<Each extends { readonly candidate: PublisherCandidate }>(
  matches: readonly [Each, ...Each[]],
): Each {
  const [narrowest] = matches.toSorted(
    ({ candidate: one }, { candidate: other }) =>
      rankOf(one) - rankOf(other) || demandsOf(other) - demandsOf(one) || ageOf(one) - ageOf(other),
  );
  return narrowest ?? matches[0];
}

function rankOf({ targets }: PublisherCandidate): number {
  return Math.min(...targets.map(({ kind }) => narrowness[kind]));
}

function ageOf({ publisher }: PublisherCandidate): number {
  return publisher.createdAt.getTime();
}

interface Said {
  readonly candidate: PublisherCandidate;
  readonly target: PublisherTarget;
  readonly actions: readonly Action[];
}

/**
 * Whether publishers of one repository together would give more on something than the one that names it most narrowly gives on
 * it: "stage only" of one package holds also for a token that is wanted for all of a pattern. `wanted`: nothing but these actions.
 */
export function givesMoreThanNarrower(
  matches: readonly { readonly candidate: PublisherCandidate }[],
  wanted: readonly Action[] | undefined,
): boolean {
  const said: Said[] = matches.flatMap(({ candidate }) => {
    const actions = wantedOf(actionsOfPublisherToken(candidate.publisher.actions), wanted);
    return candidate.targets.map((target) => ({ candidate, target, actions }));
  });
  // What gives nothing may still say less of what another gives.
  const giving = said.filter(({ actions }) => actions.length > 0);
  return giving.some((wide) => said.some((narrow) => isNarrower(narrow, wide) && givesLess(narrow, wide)));
}

function isNarrower(narrow: Said, wide: Said): boolean {
  if (narrow.candidate === wide.candidate || !overlap(narrow.target, wide.target)) return false;
  const difference = narrowness[narrow.target.kind] - narrowness[wide.target.kind];
  return difference < 0 || (difference === 0 && demandsOf(narrow.candidate) > demandsOf(wide.candidate));
}

function givesLess(narrow: Said, wide: Said): boolean {
  return wide.actions.some((action) => !narrow.actions.includes(action));
}

/** In one repository, whether there can be a package that both are about. */
function overlap(one: PublisherTarget, other: PublisherTarget): boolean {
  const [first, second] = [one.packagePurl ?? one.purlPrefix ?? '', other.packagePurl ?? other.purlPrefix ?? ''];
  if (one.kind === 'package' && other.kind === 'package') return first === second;
  if (one.kind === 'package') return first.startsWith(second);
  if (other.kind === 'package') return second.startsWith(first);
  return first.startsWith(second) || second.startsWith(first);
}
