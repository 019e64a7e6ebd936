import { compare, parse, prerelease } from 'semver';

interface Candidate {
  readonly version: string;
  readonly publishedAt: Date;
}

/**
 * The version that a client takes without being told one: the tag `latest` where the ecosystem has it; else the highest
 * stable one where all are semantic versions (semver.org, §11); else the newest. Undefined of none.
 */
export function latestOf<Release extends Candidate>(
  releases: readonly Release[],
  latestTag: string | undefined,
): Release | undefined {
  const tagged = releases.find(({ version }) => version === latestTag);
  if (tagged !== undefined) return tagged;
  const semantic = releases.every(({ version }) => parse(version) !== null);
  if (!semantic) return highest(releases, byTime);
  const stable = releases.filter(({ version }) => prerelease(version) === null);
  return highest(stable.length > 0 ? stable : releases, bySemver);
}

function highest<Release>(releases: readonly Release[], order: (a: Release, b: Release) => number) {
  return releases.toSorted(order).at(-1);
}

function byTime(a: Candidate, b: Candidate): number {
  return a.publishedAt.getTime() - b.publishedAt.getTime() || (a.version < b.version ? -1 : 1);
}

function bySemver(a: Candidate, b: Candidate): number {
  return compare(a.version, b.version) || byTime(a, b);
}
