import type { BudgetMeter } from './budget-meter.js';
import type { NameFinding } from './odd-names.js';
import { judgeName } from './odd-names.js';

export type PathResult =
  | { readonly path: string; readonly normalized: boolean; readonly oddities: readonly NameFinding[] }
  | { readonly code: string; readonly message: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Strict UTF-8 (a byte order mark stays a character); undefined when the bytes are something else. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A member's name as a relative path that means the same on every system (security.md I1, I2). The root itself (`./`)
 * is the empty path. `normalized` says that empty or `.` segments were dropped, other than a leading `./` or a trailing
 * slash; `oddities` is what is unusual about a name but no reason to refuse it.
 */
export function parseEntryPath(name: string, meter: BudgetMeter): PathResult {
  meter.addPathBytes(Buffer.byteLength(name));
  const problem = forbiddenText(name) ?? (name === '' ? violation('empty-name', 'A member has no name.') : undefined);
  if (problem !== undefined) return problem;
  if (name.startsWith('/')) return violation('absolute-path', 'A member has an absolute path.');
  const plain = name.replace(/^(?:\.\/)+/u, '').replace(/\/$/u, '');
  const written = plain === '' ? [] : plain.split('/');
  if (written.includes('..')) return violation('path-traversal', 'A member’s path climbs with “..”.');
  const segments = written.filter((segment) => segment !== '' && segment !== '.');
  meter.checkPathDepth(segments.length);
  const judged = segments.map(judgeName).filter((finding) => finding !== undefined);
  const refused = judged.find((finding) => finding.level === 'refuse');
  if (refused !== undefined) return violation(refused.code, refused.message);
  const normalized = segments.length !== written.length && plain !== '.';
  return { path: segments.join('/'), normalized, oddities: judged };
}

/** Backslashes (separators on Windows) and control characters, NUL among them, in a path or link target. */
export function forbiddenText(text: string): { readonly code: string; readonly message: string } | undefined {
  if (text.includes('\\')) return violation('backslash', 'A member’s path contains a backslash.');
  if (/\p{Cc}/u.test(text)) return violation('control-character', 'A member’s path contains a control character.');
  return undefined;
}

/** Equal for paths that are one file on a file system that ignores case or Unicode composition. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}

/** The folders around a path, outermost first. */
export function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    parents.push(path.slice(0, slash));
  }
  return parents;
}

function violation(code: string, message: string): { readonly code: string; readonly message: string } {
  return { code, message };
}
