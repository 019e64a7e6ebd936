import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import { isKnownFor } from '../trusted-publishers/published-project.rules.js';
import type { PublisherCandidate } from '../trusted-publishers/publisher-wish.js';

interface Match {
  readonly verified: Pick<VerifiedIdToken, 'path'>;
  readonly candidate: PublisherCandidate;
}

/**
 * Which publishers come first where there are more than one token can be for: those that something was published through from the job's
 * project, then the others; of both one of each organization after the other, so that nobody fills the token with what is theirs alone, and
 * the older ones of each turn. An organization's own begin with packages that there are, before those that nobody has published yet.
 */
export function inTurn<Each extends { readonly match: Match }>(all: readonly Each[]): Each[] {
  const ordered = all.toSorted(
    ({ match: one }, { match: other }) =>
      Number(isProven(other)) - Number(isProven(one)) ||
      Number(isPending(one)) - Number(isPending(other)) ||
      ageOf(one) - ageOf(other),
  );
  const taken = new Map<string, number>();
  const turns = new Map<Each, number>();
  for (const each of ordered) {
    const { organizationId } = each.match.candidate.publisher;
    const turn = taken.get(organizationId) ?? 0;
    taken.set(organizationId, turn + 1);
    turns.set(each, turn);
  }
  return ordered.toSorted(
    (one, other) =>
      Number(isProven(other.match)) - Number(isProven(one.match)) ||
      (turns.get(one) ?? 0) - (turns.get(other) ?? 0) ||
      ageOf(one.match) - ageOf(other.match),
  );
}

/** Whether something was published through it from the very project that the token is of. */
export function isProven({ verified, candidate }: Match): boolean {
  return isKnownFor(candidate.publisher, verified.path);
}

function isPending({ candidate }: Match): boolean {
  return candidate.targets.every(({ pending }) => pending);
}

function ageOf({ candidate }: Match): number {
  return candidate.publisher.createdAt.getTime();
}
