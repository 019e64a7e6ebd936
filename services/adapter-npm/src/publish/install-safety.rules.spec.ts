import { describe, expect, it } from 'vitest';
import { assertInstallsInside } from './install-safety.rules.js';
import type { PackageJson } from './package-json.js';

function check(fields: PackageJson): () => void {
  return () => assertInstallsInside({ name: 'a', version: '1.0.0', ...fields });
}

describe('a package.json that would install something outside of its folder is refused (P9, P10)', () => {
  it.each<[string, PackageJson]>([
    ['a bin that climbs', { bin: '../../etc/passwd' }],
    ['a bin that climbs with backslashes', { bin: { a: 'lib\\..\\..\\x.exe' } }],
    ['a bin with a drive', { bin: { a: 'C:\\x.exe' } }],
    ['a bin with NUL in its path', { bin: { a: 'x.js\0.exe' } }],
    ['a bin that climbs by its name', { bin: { '../../.bashrc': 'x.js' } }],
    ['a bin in a parent folder by its name', { bin: { 'a/..': 'x.js' } }],
    ['a bin without a name', { bin: { '': 'x.js' } }],
    ['a bin named by a dot', { bin: { '.': 'x.js' } }],
    ['a bin with a backslash in its name', { bin: { '..\\x': 'x.js' } }],
    ['a bin with a drive in its name', { bin: { 'C:x': 'x.js' } }],
    ['a bin with a stream of another file in its name', { bin: { 'x.js:evil': 'x.js' } }],
    ['a bin that reads the other way around', { bin: { 'x\u202Esj.exe': 'x.js' } }],
    ['a bin with an invisible character', { bin: { 'npm\u200B': 'x.js' } }],
    ['a bin that Windows calls by another name', { bin: { 'npm.': 'x.js' } }],
    ['a folder of bins that climbs', { directories: { bin: '../../bin' } }],
    ['a folder of manuals that climbs', { directories: { man: 'man/../../x' } }],
    ['a manual that climbs', { man: ['./a.1', '../../a.1'] }],
    ['a dependency that is a path', { dependencies: { '../../x': '1' } }],
    ['a dependency that is a hidden folder', { dependencies: { '.bin': '1' } }],
    ['a dependency named node_modules', { dependencies: { node_modules: '1' } }],
    ['a dependency that climbs out of its scope', { optionalDependencies: { '@a/..': '1' } }],
    ['a dependency of three parts', { peerDependencies: { '@a/b/c': '1' } }],
    ['a dependency with invisible characters', { dependencies: { 'lod\u200Bash': '1' } }],
    ['a dependency of letters of another script', { dependencies: { lоdash: '1' } }],
    ['a bundled dependency that is a path', { dependencies: { a: '1' }, bundleDependencies: ['a/../../x'] }],
    ['a range with control characters', { dependencies: { a: '1\u001B[2K' } }],
    ['a range that reads the other way around', { dependencies: { a: 'npm:\u202Eb' } }],
    ['a range without an end', { dependencies: { a: '1 || '.repeat(1000) } }],
  ])('%s', (_what, fields) => {
    expect(check(fields)).toThrow(/cannot be installed safely/);
  });
});

// Shapes of package.json that real packages have; the whole list runs in the e2e suite of real packages.
describe('what real packages have is accepted', () => {
  it.each<[string, PackageJson]>([
    ['mime 1.2.2', { dependencies: [], main: 'mime.js' }],
    ['a bin as a text', { bin: './bin/cli.js' }],
    ['a bin with a leading slash', { bin: { x: '/bin/x' } }],
    ['a bin with backslashes', { bin: { x: '.\\bin\\x.js' } }],
    ['a bin named after its scope', { name: '@acme/a', bin: { '@acme/a': 'cli.js' } }],
    ['no bins', { bin: {} }],
    ['an empty bin', { bin: '' }],
    ['a bin that is null', { bin: null }],
    ['typescript', { bin: { tsc: './bin/tsc', tsserver: './bin/tsserver' } }],
    ['semver', { bin: { semver: 'bin/semver.js' }, engines: { node: '>=10' } }],
    ['npm', { bin: { npm: 'bin/npm-cli.js', npx: 'bin/npx-cli.js' }, directories: { doc: './doc', man: './man' } }],
    ['npm’s manuals', { man: ['man/man1/npm.1', './man/man5/npmrc.5'] }],
    ['folders', { directories: { bin: './bin', lib: 'lib', test: '../test' } }],
    ['legacy names', { dependencies: { JSONStream: '^1.3.5', 'jquery.ui': '*', 'lodash._root': '~3.0.0' } }],
    ['aliases', { dependencies: { 'string-width-cjs': 'npm:string-width@^4.2.0' } }],
    ['addresses', { dependencies: { a: 'git+ssh://git@example.com/a.git#v1', b: 'file:../b', c: 'o/r', d: '' } }],
    ['ranges with blanks at their ends', { dependencies: { a: ' ^1.0.0\n', b: '>=1 <2 || 3.x' } }],
    ['workspaces', { devDependencies: { a: 'workspace:*' }, peerDependencies: { react: '>=16.8 || 19.0.0-rc' } }],
    ['bundled', { dependencies: { a: '1' }, bundledDependencies: ['a'] }],
    ['all bundled', { dependencies: { a: '1' }, bundleDependencies: true }],
    ['names of modules of Node', { dependencies: { string_decoder: '^1.1.1', punycode: '^2.0.0', url: '*' } }],
    ['scopes', { dependencies: { '@types/node': '*', '@0x/utils': '1' } }],
    ['odd devDependencies, which nobody installs', { devDependencies: { 'not a name': '1' } }],
  ])('%s', (_what, fields) => {
    expect(check(fields)).not.toThrow();
  });
});
