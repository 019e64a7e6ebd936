import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const words = ['npm', 'pypi', 'cargo', 'nuget', 'maven', 'rubygems', 'composer', 'oci', 'conda'];

it('names no ecosystem anywhere: what it knows of them, services describe', async () => {
  const sources = join(import.meta.dirname, '..', 'src');
  const names = await readdir(sources, { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(10);
  const pattern = new RegExp(`(?<![a-z])(?:${words.join('|')})(?![a-z])`, 'i');
  const named: string[] = [];
  for (const file of files) {
    const text = await readFile(join(sources, file), 'utf8');
    if (pattern.test(text) || pattern.test(file)) named.push(file);
  }
  expect(named).toEqual([]);
});
