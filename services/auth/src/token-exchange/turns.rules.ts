import type { PublisherCandidate } from '../trusted-publishers/publisher-wish.js';

interface Match {
  readonly candidate: PublisherCandidate;
}

/**
 * Which publishers come first where there are more than one token can be for: those that something was published through, then one of each
 * organization after the other, so that nobody fills the token with what is theirs alone; then those of packages that there are before
 * those of packages that nobody has published yet, and the older one.
 */
export function inTurn<Each extends { readonly match: Match }>(all: readonly Each[]): Each[] {
  const ordered = all.toSorted(
    ({ match: one }, { match: other }) =>
      Number(isUnproven(one)) - Number(isUnproven(other)) ||
      Number(isPending(one)) - Number(isPending(other)) ||
      ageOf(one) - ageOf(other),
  );
  const taken = new Map<string, number>();
  const turns = new Map<Each, number>();
  for (const each of ordered) {
    const { organizationId } = each.match.candidate.publisher;
    const turn = taken.get(organizationId) ?? 0;
    taken.set(organizationId, turn + 1);
    turns.set(each, isUnproven(each.match) ? turn : 0);
  }
  return ordered.toSorted(
    (one, other) =>
      Number(isUnproven(one.match)) - Number(isUnproven(other.match)) ||
      (turns.get(one) ?? 0) - (turns.get(other) ?? 0),
  );
}

function isUnproven({ candidate }: Match): boolean {
  return candidate.publisher.firstPublishedAt === null;
}

function isPending({ candidate }: Match): boolean {
  return candidate.targets.every(({ pending }) => pending);
}

function ageOf({ candidate }: Match): number {
  return candidate.publisher.createdAt.getTime();
}
