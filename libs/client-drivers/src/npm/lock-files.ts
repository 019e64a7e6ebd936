import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@waybill/domain';
import { parseSyml } from '@yarnpkg/parsers';
import { parse } from 'yaml';

/** `name@version` → integrity as the registry states it, or undefined where the client keeps a digest of its own. */
export type LockFileIntegrities = Map<string, string | undefined>;

const readers: Record<string, (text: string) => LockFileIntegrities> = {
  'package-lock.json': readPackageLock,
  'pnpm-lock.yaml': readPnpmLock,
  'yarn.lock': readYarnLock,
  'bun.lock': readBunLock,
};

/**
 * Reads the lock file of a project.
 * @throws DomainError `invalid` (`client.unknown-lock-file`); the file system's own error when there is no such file
 */
export async function lockFileIntegrities(projectDirectory: string, lockFile: string): Promise<LockFileIntegrities> {
  const reader = readers[lockFile];
  if (reader === undefined) {
    throw new DomainError('invalid', 'client.unknown-lock-file', `${lockFile} is no lock file of an npm client.`);
  }
  return reader(await readFile(join(projectDirectory, lockFile), 'utf8'));
}

/**
 * Lock file version 2 and newer: `packages` by folder (`node_modules/a/node_modules/@s/b`). Version 1 (npm 6) has only
 * `dependencies` by name, nested where folders are.
 */
export function readPackageLock(text: string): LockFileIntegrities {
  const found: LockFileIntegrities = new Map();
  const lock = objectOf(JSON.parse(text));
  if (lock['lockfileVersion'] === 1) return readDependencies(objectOf(lock['dependencies']), found);
  for (const [folder, value] of Object.entries(objectOf(lock['packages']))) {
    const entry = objectOf(value);
    const at = folder.lastIndexOf('node_modules/');
    if (at < 0 || entry['link'] === true) continue;
    const name = textOf(entry['name']) ?? folder.slice(at + 'node_modules/'.length);
    found.set(`${name}@${textOf(entry['version']) ?? ''}`, textOf(entry['integrity']));
  }
  return found;
}

function readDependencies(dependencies: Record<string, unknown>, found: LockFileIntegrities): LockFileIntegrities {
  for (const [name, value] of Object.entries(dependencies)) {
    const entry = objectOf(value);
    found.set(`${name}@${textOf(entry['version']) ?? ''}`, textOf(entry['integrity']));
    readDependencies(objectOf(entry['dependencies']), found);
  }
  return found;
}

/** Version 9: `packages` by `name@version`, with the integrity in `resolution`. */
export function readPnpmLock(text: string): LockFileIntegrities {
  const found: LockFileIntegrities = new Map();
  // pnpm 12 may keep a document of its own tools before the project's.
  const documents = text.split(/^---$/m).filter((part) => part.trim() !== '');
  for (const [key, value] of Object.entries(objectOf(objectOf(parse(documents.at(-1) ?? ''))['packages']))) {
    found.set(key, textOf(objectOf(objectOf(value)['resolution'])['integrity']));
  }
  return found;
}

/** Classic and berry: both by descriptors (`a@^1.0.0, a@~1.0.0`). Berry's `checksum` is that of its own zip. */
export function readYarnLock(text: string): LockFileIntegrities {
  const found: LockFileIntegrities = new Map();
  for (const [descriptors, value] of Object.entries(objectOf(parseSyml(text)))) {
    const entry = objectOf(value);
    const resolution = textOf(entry['resolution']);
    if (descriptors === '__metadata' || resolution?.includes('@workspace:') === true) continue;
    const name = nameOf(resolution ?? descriptors);
    found.set(`${name}@${textOf(entry['version']) ?? ''}`, textOf(entry['integrity']));
  }
  return found;
}

/** JSON with commas at the ends, which is YAML, too. A package is `[name@version, registry, facts, integrity]`. */
export function readBunLock(text: string): LockFileIntegrities {
  const found: LockFileIntegrities = new Map();
  for (const value of Object.values(objectOf(objectOf(parse(text))['packages']))) {
    const entry: unknown[] = Array.isArray(value) ? value : [];
    const key = textOf(entry[0]);
    if (key !== undefined && entry.length > 1) found.set(key, textOf(entry.at(-1)));
  }
  return found;
}

/** Of `name@range`, and of `alias@npm:name@range`, as classic locks an alias. */
function nameOf(descriptor: string): string {
  const alias = /^@?[^@,]+@npm:(@?[^@,]+)@/.exec(descriptor);
  if (alias?.[1] !== undefined) return alias[1];
  return descriptor.slice(0, descriptor.indexOf('@', 1));
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
