import type { PackageNames } from './package-names.js';
import { escaped } from './package-names.js';
import type { Answer, Session, Step } from './session.js';

const abbreviated = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' };

export function packumentSteps({ plain, scoped, unknown }: PackageNames): Step[] {
  return [
    { name: 'packument', path: plain, remember: rememberEtag },
    { name: 'packument of nobody', path: plain, as: 'nobody' },
    { name: 'packument with an unknown token', path: plain, as: 'an unknown token' },
    { name: 'packument, unchanged', path: plain, headersOf: revalidating },
    { name: 'packument, abbreviated', path: plain, headers: abbreviated },
    { name: 'packument to write', path: `${plain}?write=true` },
    { name: 'packument, headers only', method: 'HEAD', path: plain },
    { name: 'packument of a scoped package (%2f)', path: escaped(scoped) },
    { name: 'packument of a scoped package (%2F)', path: scoped.replace('/', '%2F') },
    { name: 'packument of a scoped package (plain slash)', path: scoped },
    { name: 'packument of a scoped package, abbreviated', path: escaped(scoped), headers: abbreviated },
    { name: 'unknown package', path: unknown },
    { name: 'unknown package, headers only', method: 'HEAD', path: unknown },
    { name: 'name that is none', path: '_not-a-name' },
    { name: 'version', path: `${plain}/1.0.0` },
    { name: 'version behind a tag', path: `${plain}/next` },
    { name: 'unknown version', path: `${plain}/9.9.9` },
    { name: 'unknown tag', path: `${plain}/canary` },
    { name: 'version of a scoped package', path: `${escaped(scoped)}/1.1.0` },
    { name: 'version of an unknown package', path: `${unknown}/1.0.0` },
  ];
}

export function tarballSteps({ plain, scoped, scopedBase, unknown }: PackageNames): Step[] {
  const path = `${plain}/-/${plain}-1.0.0.tgz`;
  return [
    { name: 'tarball', path },
    { name: 'tarball, headers only', method: 'HEAD', path },
    { name: 'tarball, the first bytes', path, headers: { range: 'bytes=0-9' } },
    { name: 'tarball, bytes behind its end', path, headers: { range: 'bytes=99999999-' } },
    { name: 'tarball of a scoped package', path: `${scoped}/-/${scopedBase}-1.1.0.tgz` },
    { name: 'tarball of a scoped package (%2f)', path: `${escaped(scoped)}/-/${scopedBase}-1.1.0.tgz` },
    { name: 'unknown tarball', path: `${plain}/-/${plain}-9.9.9.tgz` },
    { name: 'tarball of an unknown package', path: `${unknown}/-/${unknown}-1.0.0.tgz` },
  ];
}

export function searchSteps({ plain, unknown }: PackageNames): Step[] {
  return [
    {
      name: 'search',
      path: `-/v1/search?text=${plain}&size=20&from=0&quality=0.65&popularity=0.98&maintenance=0.5`,
      until: ({ json }) => ((json as { objects?: unknown[] } | undefined)?.objects?.length ?? 0) > 0,
    },
    { name: 'search that finds nothing', path: `-/v1/search?text=${unknown}&size=20` },
    { name: 'search of nobody', path: `-/v1/search?text=${unknown}`, as: 'nobody' },
    { name: 'dump of old clients', path: '-/all' },
    { name: 'self-update check', path: 'npm' },
    { name: 'registry root', path: '' },
    { name: 'signing keys', path: '-/npm/v1/keys' },
  ];
}

function rememberEtag({ headers }: Answer, { memory }: Session): void {
  memory.set('etag', headers.get('etag') ?? '"none"');
}

/** `fetch` alone would ask every cache on the way to look away, and Verdaccio is one of those that do. */
function revalidating({ memory }: Session): Record<string, string> {
  return { 'if-none-match': memory.get('etag') ?? '', 'cache-control': 'max-age=0' };
}
