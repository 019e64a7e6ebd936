import { canonicalVersion } from '../publish/package-json.js';
import type { NpmName } from './npm-name.js';
import { basenameOf } from './npm-name.js';

/** The version in a conventional file name (`left-pad-1.0.0.tgz`), the only one under which a tarball is served. */
export function tarballVersionIn(name: NpmName, file: string): string | undefined {
  const prefix = `${basenameOf(name)}-`;
  if (!file.startsWith(prefix) || !file.endsWith('.tgz')) return undefined;
  const version = file.slice(prefix.length, -'.tgz'.length);
  return canonicalVersion(version) === version ? version : undefined;
}
