import { archiveBuffer, defaultArchiveBudget } from '@waybill/archives';
import { hashToken, newTokenText } from '@waybill/domain';
import { zip } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { scanArtifact } from '../src/artifacts/scan-artifact.js';
import { maxNotesPerCheck } from '../src/checks/check.js';
import { OrphanBytecodeCheck } from '../src/checks/orphan-bytecode.check.js';
import { PythonHooksCheck } from '../src/checks/python-hooks.check.js';
import { resultOf, seenFile } from './seen-file.js';

async function hooksOf(files: Readonly<Record<string, string | Buffer>>) {
  const { facts, findings } = await resultOf(new PythonHooksCheck(), files);
  return { facts: facts.map(({ path, value }) => [path, value['hook']]), codes: findings.map(({ code }) => code) };
}

describe('code of a Python distribution that runs without being called (P4)', () => {
  it.each<[string, Record<string, string>, string[], string[]]>([
    [
      'setup.py at the top of a source distribution',
      { 'a-1/setup.py': 'x', 'a-1/tests/setup.py': 'y' },
      ['setup.py'],
      ['python.setup-py'],
    ],
    ['a .pth file that runs code', { 'evil.pth': 'import os; os.system("x")\n' }, ['pth'], ['python.pth-code']],
    ['a .pth file beside pure code', { 'a-1.data/purelib/a.pth': 'folder\n' }, ['pth'], ['python.pth']],
    ['a .pth file that setup.py may install', { 'a-1/src/a.pth': 'folder\n' }, ['pth'], []],
    [
      'sitecustomize',
      { 'sitecustomize.py': '', 'a/sitecustomize.py': '' },
      ['start-up-module'],
      ['python.start-up-module'],
    ],
    [
      'usercustomize beside compiled code',
      { 'a-1.data/platlib/usercustomize.py': '' },
      ['start-up-module'],
      ['python.start-up-module'],
    ],
    [
      'a build backend',
      { 'a-1/pyproject.toml': '[build-system]\nbuild-backend = "hatchling.build"\n' },
      ['build-backend'],
      [],
    ],
    [
      'a build backend of its own',
      { 'a-1/pyproject.toml': "build-backend = 'b'\nbackend-path = ['.']\n" },
      ['build-backend'],
      ['python.own-backend'],
    ],
    ['scripts', { 'a-1.data/scripts/tool': '#!python' }, ['script'], []],
  ])('%s', async (_what, files, hooks, codes) => {
    const result = await hooksOf(files);
    expect(result.facts.map(([, hook]) => hook)).toEqual(hooks);
    expect(result.codes).toEqual(codes);
  });

  it('and its commands are facts, each with what it calls', async () => {
    const text = '[console_scripts]\na = a:main\n\n[other]\nb = c\n[gui_scripts]\nd=e:f\n';
    const { facts, findings } = await resultOf(new PythonHooksCheck(), { 'a-1.dist-info/entry_points.txt': text });
    expect(facts.map(({ value }) => [value['hook'], value['command'], value['target']])).toEqual([
      ['console_scripts', 'a', 'a:main'],
      ['gui_scripts', 'd', 'e:f'],
    ]);
    expect(findings).toEqual([]);
  });

  it('is counted up to a bound', async () => {
    const check = new PythonHooksCheck();
    const file = await seenFile('a.pth', 'import a\n');
    for (let index = 0; index < maxNotesPerCheck + 5; index += 1) check.visit(file);
    expect(check.finish().facts).toHaveLength(maxNotesPerCheck);
    expect(check.finish().findings).toHaveLength(maxNotesPerCheck);
  });
});

describe('bytecode (P12)', () => {
  it('without its source is held, wherever it lies and in whatever order it comes', async () => {
    const { findings, facts } = await resultOf(new OrphanBytecodeCheck(), {
      'a/__pycache__/b.cpython-312.pyc': 'x',
      'a/b.py': '',
      'a/c.pyc': 'x',
      'a/c.py': '',
      'a/__pycache__/hidden.cpython-312.pyc': 'x',
      'a/d.pyc': 'x',
      '__pycache__/top.cpython-39.opt-1.pyc': 'x',
    });
    const orphans = ['a/__pycache__/hidden.cpython-312.pyc', 'a/d.pyc', '__pycache__/top.cpython-39.opt-1.pyc'];
    expect(findings.map(({ level, path }) => [level, path])).toEqual(orphans.map((path) => ['hold', path]));
    expect(facts.map(({ path }) => path)).toEqual(orphans);
  });
});

describe('the scan of a wheel', () => {
  it('finds its secrets, its hooks and its compiled modules in one pass (P4, P11, P12)', async () => {
    const token = newTokenText();
    const bytes = zip([
      { name: 'a/__init__.py', content: `token = "${token}"\n` },
      { name: 'a/native.so', content: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) },
      { name: 'a.pth', content: 'import a\n' },
      { name: 'a-1.0.dist-info/METADATA', content: 'Metadata-Version: 2.1\nName: a\nVersion: 1.0\n' },
    ]);
    const scan = await scanArtifact('a-1.0-py3-none-any.whl', archiveBuffer(bytes), defaultArchiveBudget);
    expect(scan.completed).toBe(true);
    expect(scan.findings.map(({ code }) => code)).toEqual([
      'secret.waybill-token',
      'python.pth-code',
      'binary.present',
    ]);
    expect(scan.facts.map(({ check, path }) => `${check} ${path}`)).toEqual([
      'python-hooks a.pth',
      'binaries a/native.so',
    ]);
    expect(scan.leakedTokenHashes).toEqual([hashToken(token)]);
  });

  it('refuses one that two readers read differently (P10, I1)', async () => {
    const bytes = zip([{ name: 'a.py', content: 'x', central: { name: 'b.py' } }]);
    const { findings } = await scanArtifact('a-1.0-py3-none-any.whl', archiveBuffer(bytes), defaultArchiveBudget);
    expect(findings).toEqual([expect.objectContaining({ level: 'refuse', code: 'archive.zip-header-mismatch' })]);
  });
});
