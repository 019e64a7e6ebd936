import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { machineEnvironment, toolCacheDirectory } from '@waybill/client-drivers';

export interface RealPackage {
  /** `name@version`, pinned: a run must mean the same bytes everywhere. */
  readonly spec: string;
  /** Why it is in the list. */
  readonly shape: string;
}

/** Packages of the npm registry, chosen for their shapes. */
export const realPackages: readonly RealPackage[] = [
  { spec: 'left-pad@1.3.0', shape: 'small' },
  { spec: 'minimist@0.0.8', shape: 'old: testling' },
  { spec: 'mime@1.2.2', shape: 'old: dependencies as an empty list' },
  { spec: 'sax@0.1.1', shape: 'old: the top folder is a number' },
  { spec: 'socket.io@0.6.0', shape: 'old: AppleDouble files, engine as a list, a package.json deeper down' },
  { spec: 'underscore@1.3.0', shape: 'old: poorly compressed' },
  { spec: 'coffee-script@1.0.0', shape: 'old: the top folder is the name, licenses as a list' },
  { spec: 'optimist@0.6.1', shape: 'old: engine' },
  { spec: 'browserify@1.0.0', shape: 'old: examples with packages inside' },
  { spec: 'ws@0.4.32', shape: 'old: native, binding.gyp, an install script' },
  { spec: 'request@2.88.2', shape: 'deprecated, many dependencies' },
  { spec: 'hapi@16.6.2', shape: 'many dependencies' },
  { spec: 'express@4.18.2', shape: 'many dependencies' },
  { spec: 'lodash@4.17.21', shape: 'a thousand files' },
  { spec: 'core-js@3.36.0', shape: 'thousands of files, a postinstall script' },
  { spec: 'date-fns@3.6.0', shape: 'thousands of files, a large exports map' },
  { spec: 'rxjs@7.8.1', shape: 'thousands of files' },
  { spec: 'aws-sdk@2.1000.0', shape: 'large' },
  { spec: 'typescript@5.4.5', shape: 'large files, bins' },
  { spec: 'moment@2.30.1', shape: 'old style with types' },
  { spec: 'react@18.2.0', shape: 'conditional exports' },
  { spec: 'vue@3.4.21', shape: 'many forms of one module' },
  { spec: 'zod@3.22.4', shape: 'types' },
  { spec: '@types/node@18.0.0', shape: 'scoped, only types' },
  { spec: '@babel/core@7.24.0', shape: 'scoped, publishConfig, peer-like dependencies' },
  { spec: '@angular/core@17.3.0', shape: 'scoped, schematics, maps of sources' },
  { spec: '@sindresorhus/is@6.2.0', shape: 'scoped, only modules' },
  { spec: 'chalk@5.3.0', shape: 'only modules, imports map' },
  { spec: 'uuid@9.0.1', shape: 'a bin, a browser field' },
  { spec: 'semver@7.6.0', shape: 'a bin' },
  { spec: 'rimraf@5.0.5', shape: 'both kinds of modules' },
  { spec: 'prettier@3.2.5', shape: 'a bin, minified' },
  { spec: 'eslint@8.57.0', shape: 'many dependencies, long changelog' },
  { spec: 'webpack@5.91.0', shape: 'many dependencies, peerDependenciesMeta' },
  { spec: 'npm@10.5.0', shape: 'bundled dependencies, two thousand files, links between bins' },
  { spec: 'netlify-cli@17.0.0', shape: 'a shrinkwrap' },
  { spec: 'bcrypt@5.1.1', shape: 'native, binding.gyp' },
  { spec: 'sqlite3@5.1.7', shape: 'native, sources inside an archive inside' },
  { spec: 'node-sass@4.14.1', shape: 'native, two scripts' },
  { spec: 'fsevents@2.3.3', shape: 'native, for one system only' },
  { spec: 'esbuild@0.20.2', shape: 'optional dependencies by platform, a postinstall script' },
  { spec: '@esbuild/linux-x64@0.20.2', shape: 'scoped, a program for one system' },
  { spec: 'node-forge@1.3.1', shape: 'keys in its examples' },
  { spec: 'source-map@0.7.4', shape: 'WebAssembly' },
  { spec: 'string_decoder@1.3.0', shape: 'the name of a module of Node' },
  { spec: 'node-gyp@11.2.0', shape: 'the tree of another project inside' },
];

/** Needs nothing else, and each client can install it. */
export const withoutDependencies: readonly string[] = [
  'left-pad@1.3.0',
  'lodash@4.17.21',
  'moment@2.30.1',
  'zod@3.22.4',
  '@types/node@18.0.0',
  '@sindresorhus/is@6.2.0',
  'chalk@5.3.0',
  'sax@0.1.1',
];

export function nameOf(spec: string): string {
  return spec.slice(0, spec.lastIndexOf('@'));
}

export function versionOf(spec: string): string {
  return spec.slice(spec.lastIndexOf('@') + 1);
}

/** As `npm pack` calls it. */
export function fileOf(spec: string): string {
  return `${nameOf(spec).replace(/^@/, '').replaceAll('/', '-')}-${versionOf(spec)}.tgz`;
}

/** The tarballs as the npm registry has them, fetched once with the machine's own npm. Answers the folder. */
export async function fetchRealPackages(): Promise<string> {
  const directory = join(toolCacheDirectory(), 'real-packages');
  await mkdir(directory, { recursive: true });
  const present = new Set(await readdir(directory));
  const missing = realPackages.map(({ spec }) => spec).filter((spec) => !present.has(fileOf(spec)));
  if (missing.length > 0) await fetchInto(directory, missing);
  return directory;
}

// Into a folder of its own first: what is visible is always complete, also when two runs fetch at once.
async function fetchInto(directory: string, specs: readonly string[]): Promise<void> {
  const unfinished = await mkdtemp(join(toolCacheDirectory(), '.unfinished-real-packages-'));
  try {
    await promisify(execFile)('npm', ['pack', '--silent', '--pack-destination', unfinished, ...specs], {
      cwd: unfinished,
      env: machineEnvironment(),
      timeout: 240_000,
    });
    for (const spec of specs) {
      await access(join(unfinished, fileOf(spec)));
      await rename(join(unfinished, fileOf(spec)), join(directory, fileOf(spec)));
    }
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
