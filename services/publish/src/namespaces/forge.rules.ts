import { createHash } from 'node:crypto';
import type { NamePattern } from './namespace.rules.js';

export const forgeKinds = ['github', 'gitlab', 'forgejo'] as const;
export type ForgeKind = (typeof forgeKinds)[number];

/** A place where people keep their sources, and whose owners can prove who they are. The operator says which there are. */
export interface Forge {
  /** As people write it: `github.com`. */
  readonly host: string;
  /** Whose API it speaks; Gitea speaks that of Forgejo. */
  readonly kind: ForgeKind;
  /** Without a slash at its end. */
  readonly apiUrl: string;
}

export interface ForgeOwner {
  readonly host: string;
  /** In lower case: forges fold it. */
  readonly owner: string;
}

export const publicForges = 'github.com=github,gitlab.com=gitlab,codeberg.org=forgejo';
/** `host=kind`, or `host=kind@URL of its API`. */
export const forgeSetting =
  /^([a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?(?::[0-9]{1,5})?)=(github|gitlab|forgejo)(?:@(https?:\/\/[^\s,@]{1,300}))?$/;
/** `host/owner`, as in the address of a repository. No groups inside of groups: who owns the outer one owns them. */
export const forgeOwnerShape = /^([a-z0-9.-]{1,202}(?::[0-9]{1,5})?)\/([a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?)$/i;

/** Undefined for what `forgeSetting` does not match. */
export function forgeOf(setting: string): Forge | undefined {
  const [, host, named, url] = forgeSetting.exec(setting) ?? [];
  const kind = forgeKinds.find((candidate) => candidate === named);
  if (host === undefined || kind === undefined) return undefined;
  return { host, kind, apiUrl: (url ?? apiUrlOf(host, kind)).replace(/\/+$/, '') };
}

function apiUrlOf(host: string, kind: ForgeKind): string {
  if (host === 'github.com') return 'https://api.github.com';
  return `https://${host}/api/${{ github: 'v3', gitlab: 'v4', forgejo: 'v1' }[kind]}`;
}

/** Undefined for what `forgeOwnerShape` does not match. */
export function forgeOwnerOf(text: string): ForgeOwner | undefined {
  const [, host, owner] = forgeOwnerShape.exec(text) ?? [];
  return host === undefined || owner === undefined
    ? undefined
    : { host: host.toLowerCase(), owner: owner.toLowerCase() };
}

/**
 * Name of the public repository that proves a claim, as at Maven Central, where it is the verification key. In letters and
 * digits that every forge takes; the challenge has others too.
 */
export function challengeRepositoryOf(challenge: string): string {
  return `waybill-${createHash('sha256').update(challenge).digest('hex').slice(0, 40)}`;
}

/** The groupIds that a forge's owners have by being that, where it is not its host reversed (Maven Central, "Register a namespace"). */
const groupIdsOf: Readonly<Record<string, string>> = { 'github.com': 'io.github', 'gitlab.com': 'io.gitlab' };
/** Ecosystems in which names are those of owners at a forge, if the operator says at which one. */
const namedLikeOwners: Readonly<Record<string, string>> = { npm: '@', composer: '', oci: '' };

/**
 * Whether the owner has a right to the names by being the owner: to the groupIds below `io.github.<owner>`, and to the scope,
 * vendor or first segment of the same name if the forge is `namesOf`, the one that the operator takes names from. More than
 * one would have several owners of one name.
 */
export function isProvenByOwner(
  { ecosystem, matchKey }: Pick<NamePattern, 'ecosystem' | 'matchKey'>,
  { host, owner }: ForgeOwner,
  namesOf: string | undefined,
): boolean {
  if (ecosystem === 'maven') {
    // A dot would make it a part of what another owner has.
    return !owner.includes('.') && matchKey.startsWith(`${groupIdsOf[host] ?? reversed(host)}.${owner}.`);
  }
  const before = namedLikeOwners[ecosystem];
  return before !== undefined && host === namesOf && matchKey.startsWith(`${before}${owner}/`);
}

function reversed(host: string): string {
  return (host.split(':')[0] ?? '').split('.').toReversed().join('.');
}
