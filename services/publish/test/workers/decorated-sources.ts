import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type TypeScript from 'typescript';

// Loaded with --import into a process that runs a service from its sources, outside of Vitest: Node strips types, but it
// knows no decorators. What was translated once is kept by the hash of its source.
const require = createRequire(import.meta.url);
const directory = join(tmpdir(), 'waybill-translated-sources-1');
mkdirSync(directory, { recursive: true });

function translate(source: string, fileName: string): string {
  const ts = require('typescript') as typeof TypeScript;
  const compilerOptions: TypeScript.CompilerOptions = {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    useDefineForClassFields: false,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  return ts.transpileModule(source, { fileName, compilerOptions }).outputText;
}

function translated(path: string): string {
  const source = readFileSync(path, 'utf8');
  const kept = join(directory, `${createHash('sha256').update(source).digest('hex')}.js`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const output = translate(source, path);
  const draft = `${kept}.${process.pid}`;
  writeFileSync(draft, output);
  renameSync(draft, kept);
  return output;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!/^\.{1,2}\/.*\.js$/.test(specifier) || context.parentURL?.endsWith('.ts') !== true) {
      return nextResolve(specifier, context);
    }
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    return nextResolve(existsSync(fileURLToPath(source)) ? source.href : specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    return { format: 'module', source: translated(fileURLToPath(url)), shortCircuit: true };
  },
});
