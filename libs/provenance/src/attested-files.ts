import type { Digest, ReleasePurl } from '@waybill/domain';
import { digestAlgorithm, digestHex, parseReleasePurl } from '@waybill/domain';
import { isSameDistribution } from './distribution-name.js';
import type { Habit } from './habit.js';
import { habitOf, pypiPublish } from './habit.js';
import { refused } from './refusal.js';
import type { Statement, Subject } from './statement.js';

/** A file of a release, as it is announced and will be stored. */
export interface ReleaseFile {
  readonly filename: string;
  readonly digests: readonly Digest[];
}

/** What provenance has to be about. */
export interface AttestedRelease {
  readonly purl: ReleasePurl;
  /** Without its attestations. */
  readonly files: readonly ReleaseFile[];
}

/**
 * The files that a statement is about: each of its subjects is one file of the release, by its name and its bytes (security.md P9).
 * Errors: `invalid` `provenance.type`, `.other-release`, `.other-bytes`, `.malformed`.
 */
export function attestedFiles(statement: Statement, release: AttestedRelease): ReleaseFile[] {
  const { subject, predicateType } = statement;
  const { ecosystem } = parseReleasePurl(release.purl).name;
  const habit = habitOf(ecosystem);
  if (!habit.predicateTypes.includes(predicateType) || habit.statementTypes?.includes(statement._type) === false) {
    throw refused('type', `A statement of this type says nothing about packages of ${ecosystem}.`);
  }
  assertPredicate(statement);
  if (subject.length > habit.maxSubjects) {
    throw refused('malformed', 'The statement in the provenance bundle is about more than one file.');
  }
  const files = subject.map((about) => fileOf(about, { release, habit }));
  if (new Set(files).size !== files.length) {
    throw refused('malformed', 'The statement in the provenance bundle names a file twice.');
  }
  return files;
}

interface Place {
  readonly release: AttestedRelease;
  readonly habit: Habit;
}

function fileOf(about: Subject, { release, habit }: Place): ReleaseFile {
  const named = namedBy(about, { release, habit });
  if (named === undefined) {
    throw refused('other-release', `The provenance bundle is about another release than ${release.purl}.`);
  }
  const said = new Map(Object.entries(about.digest));
  const known = named.digests.filter((digest) => said.has(digestAlgorithm(digest)));
  const isTold = known.some((digest) => digestAlgorithm(digest) === habit.digest);
  if (!isTold || known.some((digest) => said.get(digestAlgorithm(digest)) !== digestHex(digest))) {
    throw refused('other-bytes', `The provenance bundle is not about the bytes of ${named.filename}.`);
  }
  return named;
}

function namedBy({ name }: Subject, { release, habit }: Place): ReleaseFile | undefined {
  switch (habit.names) {
    case 'filename':
      return release.files.find(({ filename }) => filename === name);
    case 'distribution':
      return release.files.find(({ filename }) => isSameDistribution(filename, name));
    case 'purl':
      return spellingsOf(release.purl).includes(name) && release.files.length === 1 ? release.files[0] : undefined;
  }
}

/** A publish attestation says nothing beside its subject, and whatever else stood in it would be believed by nobody. */
function assertPredicate({ predicateType, predicate }: Statement): void {
  const said = Object.keys(predicate ?? {}).length;
  if (predicateType === pypiPublish ? said === 0 : typeof predicate === 'object' && predicate !== null) return;
  throw refused('malformed', 'The predicate of the statement in the provenance bundle is not one of its type.');
}

/** In canonical form, and as npm writes it: nothing is encoded but the `@` of the scope. */
function spellingsOf(purl: ReleasePurl): string[] {
  const { name, version } = parseReleasePurl(purl);
  const path = name.namespace === undefined ? name.name : `${name.namespace}/${name.name}`;
  return [purl, `pkg:${name.ecosystem}/${path.replace('@', '%40')}@${version}`];
}
