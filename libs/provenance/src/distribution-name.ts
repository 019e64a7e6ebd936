import { explain } from '@renovatebot/pep440';
import type { Pep440Version } from '@renovatebot/pep440';

const maxLength = 300;

// Compressed tags (PEP 425): an interpreter is an identifier, and none of them is empty.
const interpreters = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*`;
const others = String.raw`\w+(?:\.\w+)*`;
const wheelName = new RegExp(
  String.raw`^(?<name>\w[\w.]*)-(?<version>[^-]+)(?:-(?<build>\d[^-]*))?-(?<tags>${interpreters}-${others}-${others})\.whl$`,
);

interface Distribution {
  readonly version: string;
  /** Everything else: kind, normalized name, build, tags in one order. */
  readonly rest: string;
}

/**
 * Whether two file names are of one distribution: equal in their parts, however those are spelled (`Left.Pad-1.0.tar.gz` is
 * `left_pad-1.0.0.tar.gz`), as clients compare them: https://github.com/pypi/pypi-attestations, `_check_dist_filename`, over `packaging`.
 * What is no file name of a wheel or source distribution is like nothing, not even itself.
 */
export function isSameDistribution(one: string, other: string): boolean {
  const [first, second] = [distributionOf(one), distributionOf(other)];
  return first !== undefined && first.version === second?.version && first.rest === second.rest;
}

function distributionOf(filename: string): Distribution | undefined {
  if (filename.length > maxLength) return undefined;
  const wheel = wheelName.exec(filename);
  if (wheel?.groups !== undefined) {
    const { name = '', version = '', build = '', tags = '' } = wheel.groups;
    // PEP 427: a name in a wheel has its separators in one.
    return name.includes('__')
      ? undefined
      : distribution(version, ['whl', normalized(name), buildOf(build), tagsOf(tags)]);
  }
  const source = /^(?<name>[A-Za-z0-9][\w.-]*)-(?<version>[^-]+)\.(?<ending>tar\.gz|zip)$/.exec(filename);
  const { name = '', version = '', ending = '' } = source?.groups ?? {};
  return ending !== '' ? distribution(version, [ending, normalized(name)]) : undefined;
}

function distribution(version: string, rest: readonly string[]): Distribution | undefined {
  const parts = explain(version);
  return parts === null ? undefined : { version: comparable(parts), rest: rest.join('/') };
}

/** Equal where PEP 440 says that versions are: zeros at the end of the release make no difference. */
function comparable({ epoch, release, pre, post, dev, local }: Pep440Version): string {
  const significant = release.slice(0, release.findLastIndex((part) => part !== 0) + 1);
  return JSON.stringify([epoch, significant, pre, post, dev, local]);
}

/** PEP 503. */
function normalized(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}

/** Of a number and a text: `01a` is `1a`. */
function buildOf(build: string): string {
  return build.replace(/^0+(?=\d)/, '');
}

/** PEP 425: `py2.py3-none-any` is two tags, in no order. */
function tagsOf(compressed: string): string {
  const sets = compressed
    .toLowerCase()
    .split('-')
    .map((set) => [...new Set(set.split('.'))].toSorted().join('.'));
  return sets.join('-');
}
