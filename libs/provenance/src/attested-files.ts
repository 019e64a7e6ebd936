import type { Digest, ReleasePurl } from '@waybill/domain';
import { digestAlgorithm, digestHex, parseReleasePurl } from '@waybill/domain';
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

const slsa = ['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1'];

interface Habit {
  /** Whether its statements name the release, or the file. */
  readonly names: 'purl' | 'filename';
  /** The digest that they have to tell. */
  readonly digest: 'sha256' | 'sha512';
  readonly predicateTypes: readonly string[];
}

const usual: Habit = { names: 'filename', digest: 'sha256', predicateTypes: slsa };

/** How clients of an ecosystem write their statements. */
const habits: Readonly<Record<string, Habit>> = {
  // https://github.com/npm/cli, workspaces/libnpmpublish/lib/provenance.js
  npm: { names: 'purl', digest: 'sha512', predicateTypes: slsa },
  // https://peps.python.org/pep-0740
  pypi: { ...usual, predicateTypes: [...slsa, 'https://docs.pypi.org/attestations/publish/v1'] },
};

/**
 * The files that a statement is about: each of its subjects is one file of the release, by its name and its bytes (security.md P9).
 * Errors: `invalid` `provenance.type`, `.other-release`, `.other-bytes`.
 */
export function attestedFiles({ subject, predicateType }: Statement, release: AttestedRelease): ReleaseFile[] {
  const { name } = parseReleasePurl(release.purl);
  const habit = habits[name.ecosystem] ?? usual;
  if (!habit.predicateTypes.includes(predicateType)) {
    throw refused('type', `A statement of this type says nothing about packages of ${name.ecosystem}.`);
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
  const named =
    habit.names === 'filename'
      ? release.files.find(({ filename }) => filename === about.name)
      : spellingsOf(release.purl).includes(about.name) && release.files.length === 1
        ? release.files[0]
        : undefined;
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

/** In canonical form, and as npm writes it: nothing is encoded but the `@` of the scope. */
function spellingsOf(purl: ReleasePurl): string[] {
  const { name, version } = parseReleasePurl(purl);
  const path = name.namespace === undefined ? name.name : `${name.namespace}/${name.name}`;
  return [purl, `pkg:${name.ecosystem}/${path.replace('@', '%40')}@${version}`];
}
