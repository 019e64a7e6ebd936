import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DomainError } from '@waybill/domain';

import { writeDurably } from './write-durably.js';

const fileName = 'secrets.json';
const secretName = /^[a-z][a-z0-9-]{0,63}$/;

export interface InstallationSecrets {
  /** 32 random bytes in base64url, made when the name is first asked for and the same ever after. */
  secret(name: string): string;
}

/**
 * The secrets of one installation, in `secrets.json` (mode 0600) of its data directory: no two installations share one.
 * Throws DomainError `data-directory.secrets-damaged` when the file is there and is not what was written.
 */
export function readInstallationSecrets(dataDir: string): InstallationSecrets {
  const path = join(dataDir, fileName);
  readSecrets(path);

  function secret(name: string): string {
    if (!secretName.test(name)) throw new Error(`"${name}" is no name for a secret.`);
    // Read anew each time: another part of this process may have added one.
    const known = readSecrets(path);
    const existing = known.get(name);
    if (existing !== undefined) return existing;
    const made = randomBytes(32).toString('base64url');
    writeDurably(path, `${JSON.stringify(Object.fromEntries([...known, [name, made]]), undefined, 2)}\n`);
    return made;
  }
  return { secret };
}

function readSecrets(path: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw damaged(path, error);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, cause: unknown): DomainError {
  return new DomainError('conflict', 'data-directory.secrets-damaged', `${path} cannot be read as JSON.`, { cause });
}
