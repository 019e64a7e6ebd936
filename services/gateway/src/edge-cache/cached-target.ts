import type { PackagePurl, RepositoryId, Resource } from '@waybill/domain';
import type { EdgeDescription } from '@waybill/edge';
import type { CachedAnswer } from './cached-answer.js';
import type { HeldBody } from './held-body.js';

/** What is kept under one target for requests that have the same values in the fields that its `Vary` names. */
export interface CacheEntry {
  readonly target: CachedTarget;
  readonly externalUrl: string;
  readonly values: readonly string[];
  readonly answer: CachedAnswer;
  readonly storedAt: number;
  /** While its service cannot answer, it is not asked again before this moment. */
  retryAt: number;
  uses: number;
}

export interface CachedTarget {
  readonly key: string;
  /** As it may stand in a log. */
  readonly loggedPath: string;
  /** The owner of the target, as the directory knew it at `revision`. */
  description: EdgeDescription;
  revision: number;
  readonly names: readonly string[];
  readonly entries: CacheEntry[];
}

export interface CachedBytes {
  readonly bytes: HeldBody;
}

/** What one key stands for: a target, or the digest of a small blob. */
export type Kept = CachedTarget | CachedBytes;

const overheadOfEntry = 512;

/** Tags of two services never meet, whatever they call them. */
export function tagOf(service: string, tag: string): string {
  return `${service} ${tag}`;
}

export function tagsOf(target: CachedTarget): Set<string> {
  const { service } = target.description;
  return new Set(target.entries.flatMap(({ answer }) => keysOf(service, answer)));
}

/** Everything whose purge ends the answer: what its service says, and the repository and package that it is about. */
export function keysOf(service: string, { tags, resource }: Pick<CachedAnswer, 'tags' | 'resource'>): string[] {
  return [...tags.map((tag) => tagOf(service, tag)), ...repositoryKeys(resource)];
}

function repositoryKeys(resource: Resource): string[] {
  if (!('repositoryId' in resource)) return [];
  const key = repositoryKey(resource.repositoryId);
  return resource.kind === 'package' ? [key, packageKey(resource.repositoryId, resource.purl)] : [key];
}

/** No service has an empty name, so that none has such a tag. */
export function repositoryKey(repositoryId: RepositoryId): string {
  return tagOf('', `repository ${repositoryId}`);
}

export function packageKey(repositoryId: RepositoryId, purl: PackagePurl): string {
  return tagOf('', `package ${repositoryId}/${purl}`);
}

export function weightOf(kept: Kept, key: string): number {
  const own = overheadOfEntry + key.length * 2;
  if ('bytes' in kept) return own + kept.bytes.length;
  const answers = new Set(kept.entries.map((entry) => entry.answer));
  return [...answers].reduce((sum, answer) => sum + answer.weight, own + kept.entries.length * overheadOfEntry);
}

export function varyOf({ identity }: CachedAnswer): string[] {
  const { flat } = identity.headers;
  return flat.filter((_, index) => index % 2 === 1 && flat[index - 1] === 'vary');
}

export function sameValues(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** Who sends a new value with every request finds one place in turn, and never the place of what others use. */
export function dropLeastUsed(entries: CacheEntry[]): void {
  let least = 0;
  for (const [index, entry] of entries.entries()) {
    if (entry.uses < (entries[least]?.uses ?? 0)) least = index;
    entry.uses *= 0.98;
  }
  entries.splice(least, 1);
}
