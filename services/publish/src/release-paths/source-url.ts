/** Hosts in short forms of manifests (npm, "package.json: repository"); one without a host is GitHub's. */
const shortHosts: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
  codeberg: 'codeberg.org',
};

/** Where a repository is: its host, with a port that is not the scheme's, and the segments of its path, in lower case. */
export interface SourcePlace {
  readonly host: string;
  readonly segments: readonly string[];
}

/**
 * The repository that an address names, in whatever way manifests write it: `git+https://…`, `git@host:path`, `ssh://…`,
 * `github:acme/left-pad`, `acme/left-pad`. Undefined for what names none.
 */
export function sourcePlaceOf(text: string): SourcePlace | undefined {
  const trimmed = text.trim();
  const address = shorthand(trimmed) ?? scpAddress(trimmed) ?? withScheme(trimmed.replace(/^(git|scm)\+/i, ''));
  const url = URL.parse(address);
  if (url === null || !/^(https?|ssh|git):$/.test(url.protocol)) return undefined;
  // The port of SSH says nothing of where people read it.
  const host = /^https?:$/.test(url.protocol) ? url.host : url.hostname;
  const segments = url.pathname
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .split('/')
    .slice(1);
  if (host === '' || segments.length === 0 || segments.some((segment) => segment === '')) return undefined;
  const decoded = segments.map(decodedSegment);
  if (decoded.some((segment) => segment === undefined)) return undefined;
  return {
    host: host
      .toLowerCase()
      .replace(/^www\./, '')
      .replace(/\.$/, ''),
    segments: decoded.map((segment) => (segment ?? '').toLowerCase()),
  };
}

/** `claimed` is the repository at `origin`, or a place in it (`…/tree/main/packages/left-pad`). */
export function isSamePlace(claimed: SourcePlace, origin: SourcePlace): boolean {
  if (claimed.host !== origin.host || claimed.segments.length < origin.segments.length) return false;
  return origin.segments.every((segment, index) => claimedSegment(claimed, origin, index) === segment);
}

/** `left-pad.git/tree/main` names the repository as `left-pad` does. */
function claimedSegment({ segments }: SourcePlace, origin: SourcePlace, index: number): string | undefined {
  const segment = segments[index];
  return index === origin.segments.length - 1 ? segment?.replace(/\.git$/, '') : segment;
}

function shorthand(text: string): string | undefined {
  const [, prefix, path] = /^([a-z]+):([\w.-]+(?:\/[\w.-]+)+)(?:#.*)?$/i.exec(text) ?? [];
  if (prefix !== undefined && path !== undefined) {
    const host = shortHosts[prefix.toLowerCase()];
    return host === undefined ? undefined : `https://${host}/${path}`;
  }
  return /^[\w.-]+\/[\w.-]+(?:#.*)?$/.test(text) ? `https://github.com/${text}` : undefined;
}

/** `github.com/acme/left-pad`, as people write it. */
function withScheme(text: string): string {
  return /^[\w-]+(\.[\w-]+)+\/\S/.test(text) ? `https://${text}` : text;
}

/** `git@github.com:acme/left-pad.git`, as Git and SSH write it. */
function scpAddress(text: string): string | undefined {
  const [, host, path] = /^(?:ssh:\/\/)?(?:[\w.-]+@)([\w.-]+):(?!\d+\/)\/?(.+)$/.exec(text) ?? [];
  return host === undefined || path === undefined ? undefined : `ssh://${host}/${path}`;
}

/** What would become two segments, or is no text, is none. */
function decodedSegment(segment: string): string | undefined {
  try {
    const text = decodeURIComponent(segment);
    return text.includes('/') || text.includes('\\') ? undefined : text;
  } catch {
    return undefined;
  }
}
