import type { ProviderName } from './provider-name.js';

/**
 * How a release came: what is stored with it, compared with its predecessor's (P1, P2) and shown to people. Everything in it
 * was said by the issuer, in strings of at most 1,000 characters (addresses a little more). What the provider does not tell
 * is missing.
 */
export interface ReleasePath {
  readonly provider: ProviderName;
  readonly issuer: string;
  /** `acme/left-pad`, as the provider writes it. */
  readonly repository?: string;
  readonly repositoryId?: string;
  /** Where people read the repository, for the comparison with the package's own claim (P14). */
  readonly repositoryUrl?: string;
  readonly owner?: string;
  readonly ownerId?: string;
  /** The file that was started: `.github/workflows/release.yml`; without files, the pipeline's id. */
  readonly workflow?: string;
  /** The file that the job stands in, with its repository, where that is another one than `workflow`. */
  readonly jobWorkflow?: string;
  /** In full: `refs/tags/v1.4.2`. */
  readonly ref?: string;
  readonly refType?: 'branch' | 'tag';
  readonly refProtected?: boolean;
  readonly commit?: string;
  readonly environment?: string;
  readonly event?: string;
  /** Whose machine it ran on: the provider's or the customer's. */
  readonly runner?: 'hosted' | 'self-hosted';
  readonly runId?: string;
  readonly runUrl?: string;
  readonly actor?: string;
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
