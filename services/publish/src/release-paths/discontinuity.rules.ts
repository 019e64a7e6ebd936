import type { FindingLevel, ReleasePath, VerifiedProvenance } from '@waybill/domain';
import type { Comparison } from './downgrade.rules.js';
import { originWords, sentences, word } from './origin-words.js';
import type { Predecessors, ReleaseOrigin, StoredOrigin } from './release-origin.js';
import { namesNoSource } from './release-origin.js';

/** A word for what is different, as it was and as it is. */
type Difference = readonly [what: string, before: string, after: string];

/** What a release from the same branch excuses, and nothing else: who publishes chooses the branch. */
const excused: readonly string[] = ['branch', 'kind of ref'];

/**
 * P2: the release came from elsewhere than the newest one of the same trusted publisher did, and than the newest of those from the
 * same branch, so that branches may take turns; where that publisher has published nothing
 * yet, than the newest one of any trusted publisher. Without a trusted publisher, it is compared with the newest provenance. What an
 * issuer did not tell before cannot be compared, and what became stricter (a protected ref, a hosted runner, an environment) is no reason to wait.
 */
export function discontinuityOf(
  arriving: ReleaseOrigin,
  predecessors: Omit<Predecessors, 'takenAway' | 'approved' | 'waiting'>,
  level: FindingLevel,
): Comparison | undefined {
  const { newest, trusted, proven, samePublisher, sameBranch } = predecessors;
  const predecessor = samePublisher ?? trusted;
  const [was, is] = [predecessor?.trustedPublisher?.path, arriving.trustedPublisher?.path];
  if (predecessor !== null && was !== undefined && is !== undefined) {
    const usual = sameBranch?.trustedPublisher?.path;
    const all = pathDifferences(was, is);
    if (sameBranch === null || usual === undefined) return comparisonOf(arriving, predecessor, all, level);
    const others = all.filter(([what]) => !excused.includes(what));
    return (
      comparisonOf(arriving, predecessor, others, level) ??
      comparisonOf(arriving, sameBranch, pathDifferences(usual, is), level)
    );
  }
  // One without, that people allowed once, is none to compare with.
  const attested = (newest?.provenance ?? null) === null ? proven : newest;
  const [shown, shows] = [attested?.provenance ?? null, arriving.provenance];
  if (attested === null || shown === null || shows === null) return undefined;
  return comparisonOf(arriving, attested, provenanceDifferences(shown, shows), level);
}

function pathDifferences(before: ReleasePath, after: ReleasePath): Difference[] {
  return [
    changed('issuer', before.issuer, after.issuer),
    sameThing('repository', [before.repositoryId, after.repositoryId], [before.repository, after.repository]),
    sameThing('owner', [before.ownerId, after.ownerId], [before.owner, after.owner]),
    changed('workflow', before.workflow, after.workflow),
    jobWorkflow(before, after),
    changed('kind of ref', before.refType, after.refType),
    before.refType === 'branch' && after.refType === 'branch' ? changed('branch', before.ref, after.ref) : undefined,
    changed('environment', before.environment, after.environment),
    before.refProtected === true ? changed('protected ref', true, after.refProtected) : undefined,
    before.runner === 'hosted' ? changed('runner', before.runner, after.runner) : undefined,
    changed('event', before.event, after.event),
    identity(before, after),
  ].filter((difference) => difference !== undefined);
}

function provenanceDifferences(before: VerifiedProvenance, after: VerifiedProvenance): Difference[] {
  return [
    changed('issuer', before.issuer, after.issuer),
    sameThing('repository', [before.repositoryId, after.repositoryId], [before.repositoryUrl, after.repositoryUrl]),
    changed('owner', before.ownerId, after.ownerId),
    changed('workflow', before.workflow, after.workflow),
    namesNoSource(before) ? changed('identity', before.identity, after.identity) : undefined,
  ].filter((difference) => difference !== undefined);
}

function changed(what: string, before: string | boolean | undefined, after: typeof before): Difference | undefined {
  if (before === undefined || before === after) return undefined;
  return [what, String(before), after === undefined ? 'none' : String(after)];
}

/** By its id where both tell it, and otherwise by its name, which forges compare without regard to case. */
function sameThing(
  what: string,
  [idBefore, idAfter]: readonly [string | undefined, string | undefined],
  [before, after]: readonly [string | undefined, string | undefined],
): Difference | undefined {
  if (idBefore === undefined)
    return before?.toLowerCase() === after?.toLowerCase() ? undefined : changed(what, before, after);
  if (idBefore === idAfter) return undefined;
  return [what, naming(before, idBefore), naming(after, idAfter)];
}

function naming(name: string | undefined, id: string | undefined): string {
  if (id === undefined) return name === undefined ? 'none' : `${name} without an id`;
  return name === undefined ? id : `${name} (${id})`;
}

/** Where an issuer tells of no repository and no workflow, who its token is of is all there is (Google's service accounts, generic ones). */
function identity(before: ReleasePath, after: ReleasePath): Difference | undefined {
  const isAll = before.repository === undefined && before.repositoryId === undefined && before.workflow === undefined;
  return isAll ? changed('identity', before.actor, after.actor) : undefined;
}

/** One that was not there before is another file that the job stands in. */
function jobWorkflow(before: ReleasePath, after: ReleasePath): Difference | undefined {
  if (before.jobWorkflow === after.jobWorkflow) return undefined;
  return ['job workflow', before.jobWorkflow ?? 'the same file', after.jobWorkflow ?? 'the same file'];
}

function comparisonOf(
  arriving: ReleaseOrigin,
  predecessor: StoredOrigin,
  differences: readonly Difference[],
  level: FindingLevel,
): Comparison | undefined {
  if (differences.length === 0) return undefined;
  const list = differences.map(([what, before, after]) => `${what} ${word(before)} → ${word(after)}`).join('; ');
  const message =
    `${word(predecessor.version)} came ${originWords(predecessor)}; ` +
    `${word(arriving.version)} comes ${originWords(arriving)}. Different: ${list}.`;
  return { predecessor, finding: { rule: 'P2', code: 'path.discontinuity', level, message: sentences(message) } };
}
