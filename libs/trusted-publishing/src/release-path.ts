import type { ReleasePath as AnyReleasePath } from '@waybill/domain';
import type { ProviderName } from './provider-name.js';

/** How a release came, from an issuer of a provider that is known here. */
export interface ReleasePath extends AnyReleasePath {
  readonly provider: ProviderName;
}

type Optional<T> = { [K in keyof T]: T[K] | undefined };

/** A release path of what there is. */
export function releasePath(parts: Optional<ReleasePath> & Pick<ReleasePath, 'provider' | 'issuer'>): ReleasePath {
  const known = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as unknown as ReleasePath;
}

/** An address below `base`, of segments that are encoded; undefined if one of them is missing or leads elsewhere. */
export function addressOf(base: string | undefined, ...segments: (string | undefined)[]): string | undefined {
  const parts = segments.flatMap((segment) => segment?.split('/') ?? ['']);
  if (base === undefined || parts.some((part) => part === '' || part === '.' || part === '..')) return undefined;
  return [base.replace(/\/$/, ''), ...parts.map((part) => encodeURIComponent(part))].join('/');
}

/** `refs/tags/v1` of `v1` and `tag`. */
export function fullRef(name: string | undefined, type: string | undefined): string | undefined {
  if (name === undefined || name.startsWith('refs/')) return name;
  if (type === 'tag') return `refs/tags/${name}`;
  return type === 'branch' ? `refs/heads/${name}` : undefined;
}

export function refTypeOf(ref: string | undefined): 'branch' | 'tag' | undefined {
  if (ref?.startsWith('refs/tags/') === true) return 'tag';
  return ref?.startsWith('refs/heads/') === true ? 'branch' : undefined;
}

/** `true` and `false`, as booleans or as texts; anything else says nothing. */
export function flagOf(text: string | undefined): boolean | undefined {
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}

/** `github-hosted`, `gitlab-hosted`, `buildkite-hosted` are the provider's own machines; what is unknown says nothing. */
export function runnerOf(text: string | undefined): 'hosted' | 'self-hosted' | undefined {
  if (text === 'self-hosted') return text;
  return text?.endsWith('-hosted') === true ? 'hosted' : undefined;
}
