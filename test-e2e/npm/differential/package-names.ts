import { unique } from '../../registry.js';
import type { Placeholders } from './differences.js';

/** What one run calls its packages, the same on both servers. */
export interface PackageNames {
  readonly plain: string;
  readonly scoped: string;
  /** `lib` of `@scope/lib`. */
  readonly scopedBase: string;
  /** To which what is no package is published. */
  readonly mangled: string;
  /** Nobody publishes it. */
  readonly unknown: string;
}

export function newPackageNames(): PackageNames {
  const scopedBase = 'lib';
  return {
    plain: unique('diff'),
    scoped: `@${unique('scope')}/${scopedBase}`,
    scopedBase,
    mangled: unique('mangled'),
    unknown: unique('unknown'),
  };
}

export function placeholdersOf(names: PackageNames, user: string): Placeholders {
  return { [names.plain]: '{plain}', [names.scoped]: '{scoped}', [names.mangled]: '{mangled}', [user]: '{user}' };
}

/** As npm writes a scoped name in a URL. */
export function escaped(name: string): string {
  return name.replace('/', '%2f');
}
