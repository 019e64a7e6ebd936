import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ESLint } from 'eslint';
import { check, resolveConfig } from 'prettier';
import tseslint from 'typescript-eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAdapter } from './new-adapter/new-adapter.mjs';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);
const copied = [
  'libs/contracts/src/bus-topology.ts',
  'services/standalone/src/services.ts',
  'services/standalone/package.json',
  'deploy/make-secrets.sh',
  'deploy/compose.yaml',
  'helm/waybill/values.yaml',
];

let copy: string;
let written: readonly string[];

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'new-adapter-'));
  for (const file of [...copied, 'tsconfig.json', 'tsconfig.base.json']) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await cp(join(root, file), join(copy, file));
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  written = await newAdapter(copy, 'example');
  // Its packages are those of the other adapters, of which it has no more than they.
  const packages = join(root, 'services/adapter-pypi/node_modules');
  await symlink(packages, join(copy, 'services/adapter-example/node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

const text = (file: string) => readFile(join(copy, file), 'utf8');

describe('a new adapter', () => {
  it('compiles', async () => {
    const compiler = join(root, 'node_modules/typescript-native/bin/tsc');
    const config = { extends: './tsconfig.json', include: ['services/adapter-example'], exclude: [] };
    await writeFile(join(copy, 'tsconfig.example.json'), JSON.stringify(config));
    const { stdout } = await run(process.execPath, [
      compiler,
      '--noEmit',
      '-p',
      join(copy, 'tsconfig.example.json'),
    ]).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toBe('');
  }, 60_000);

  it('is linted and formatted as everything else is', async () => {
    const sources = written.filter((file) => file.endsWith('.ts'));
    // What needs types is left to the compiler here: with them it would take a minute.
    const untyped = tseslint.configs.disableTypeChecked;
    const parserOptions = { projectService: false, emitDecoratorMetadata: true, experimentalDecorators: true };
    const eslint = new ESLint({
      cwd: root,
      overrideConfig: [{ files: ['**/*.ts'], rules: untyped.rules ?? {}, languageOptions: { parserOptions } }],
    });
    for (const file of sources) {
      const place = join(root, file.slice(copy.length + 1));
      const [result] = await eslint.lintText(await readFile(file, 'utf8'), { filePath: place });
      expect([file, result?.messages]).toEqual([file, []]);
    }
    const options = await resolveConfig(join(root, 'package.json'));
    for (const file of written.filter((one) => !one.endsWith('.sh'))) {
      const isFormatted = await check(await readFile(file, 'utf8'), { ...options, filepath: file });
      expect([file, isFormatted]).toEqual([file, true]);
    }
  }, 60_000);

  it('is in every list of services, after those that are there', async () => {
    expect(await text('libs/contracts/src/bus-topology.ts')).toMatch(
      /adapterBusRole\('adapter-npm'.*\),\n(.*\n)*? {2}adapterBusRole\('adapter-example'\),\n\];/,
    );
    expect(await text('services/standalone/src/services.ts')).toMatch(/ {2}adapterExample,\n {2}gateway,/);
    expect(await text('services/standalone/package.json')).toContain(
      '"@waybill/service-adapter-example": "workspace:*"',
    );
    expect(await text('helm/waybill/values.yaml')).toMatch(/adapters:\n( {2}.*\n)* {2}example: \{\}\n/);
    expect(await text('deploy/make-secrets.sh')).toMatch(/NATS_ADAPTER_EXAMPLE[^;]*POSTGRES_ADAPTER_EXAMPLE/);
    expect(await text('deploy/compose.yaml')).toMatch(
      /\n\n {2}adapter-example:\n {4}<<: \*service\n[^]*\n\n {2}gateway:\n/,
    );
  });

  it('is not made twice, and neither under a name that cannot be one', async () => {
    await expect(newAdapter(copy, 'example')).rejects.toThrow('already');
    for (const name of ['', 'Example', 'two words', '../escape', 'a', 'x'.repeat(40)]) {
      await expect(newAdapter(copy, name)).rejects.toThrow('lower-case');
    }
  });

  it('gets its entries alone where it was there before them', async () => {
    await expect(newAdapter(copy, 'absent', { entriesOnly: true })).rejects.toThrow('no services/adapter-absent');
    await mkdir(join(copy, 'services/adapter-later'), { recursive: true });
    const files = await newAdapter(copy, 'later', { entriesOnly: true });
    expect(files.map((file) => file.slice(copy.length + 1)).sort()).toEqual([...copied].sort());
  });
});
