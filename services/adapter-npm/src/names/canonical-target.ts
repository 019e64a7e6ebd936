// What may stand between a repository and a package; everywhere else a package comes first.
const beforePackage = [
  '-/package/',
  '-/stage/package/',
  '-/user/package/',
  '-/npm/v1/attestations/',
  '-/npm/v1/oidc/token/exchange/package/',
  'downloads/(?:point|range)/[^/?]+/',
  'versions/',
].join('|');

// `/npm/<repository>/[…/]@scope/name…`, with the slash as sent or encoded in either case.
const scoped = new RegExp(`^(/npm/[^/?]+/(?:${beforePackage})?)(?:@|%40)([^/?%]+)(?:/|%2[fF])([^/?]+)`);

// The same at the root of the host, which npm and pnpm ask whatever the path of the registry is (trusted-publishing notes 2.1).
const scopedAtRoot =
  /^(\/-\/(?:package|npm\/v1\/oidc\/token\/exchange\/package)\/)(?:@|%40)([^/?%]+)(?:\/|%2[fF])([^/?]+)/;

// `/npm/<repository>/`, the address that clients are configured with.
const root = /^(\/npm\/[^/?]+)\/(?=\?|$)/;

// npm 6 appends the whole path of `dist.tarball` to the address that it is configured with when it deletes one.
const doubled = /^\/npm\/([^/?]+)(\/npm\/\1\/(?:(?:@|%40)[^/?]+\/)?[^/?]+\/-\/[^/?]+\.tgz\/-rev\/[^/?]+)$/;

/**
 * Clients write the slash of a scoped name as `/`, `%2f` or `%2F` (protocol notes 1(f) 1). Before routing, and so once for
 * every route and its authorization, all become `@scope%2fname`. The root of a
 * repository may have its slash, and a tarball that npm 6 deletes its prefix twice. Nothing else of the target is touched.
 */
export function canonicalTarget(target: string): string {
  return target
    .replace(root, '$1')
    .replace(doubled, '$2')
    .replace(scoped, canonicalName)
    .replace(scopedAtRoot, canonicalName);
}

function canonicalName(whole: string, before: string, scope: string, name: string): string {
  return scope === '-' || name === '-' ? whole : `${before}@${scope}%2f${name}`;
}
