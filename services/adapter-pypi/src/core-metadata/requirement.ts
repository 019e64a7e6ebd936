import { isProjectName, normalizeName } from '../names/project-name.js';
import type { ProjectName } from '../names/project-name.js';
import { isSpecifierSet } from '../versions/specifiers.js';
import { parseMarker } from './marker.js';

/** A dependency (PEP 508): `requests[socks] >=2.8, <3; python_version < "3.9"`. */
export interface Requirement {
  readonly name: ProjectName;
  readonly writtenName: string;
  /** Normalized (PEP 685), sorted, each once. */
  readonly extras: readonly string[];
  /** Without blanks, sorted: equal for equal sets. */
  readonly specifiers: readonly string[];
  /** Where it is to be taken from instead of an index; index servers refuse that. */
  readonly url: string | undefined;
  /** In one spelling; undefined where it is always meant. */
  readonly marker: string | undefined;
}

const maxRequirementCharacters = 4096;
const start = /^[ \t]*(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[(?<extras>[^\]]*)\])?[ \t]*(?<rest>.*)$/s;

/** Undefined for what is no dependency specifier, and for what is too long. */
export function parseRequirement(text: string): Requirement | undefined {
  if (text.length > maxRequirementCharacters) return undefined;
  const { name, extras = '', rest } = start.exec(text)?.groups ?? {};
  if (name === undefined || rest === undefined || !isProjectName(name)) return undefined;
  const extraNames = parseExtras(extras);
  const parts = rest.startsWith('@') ? splitUrl(rest.slice(1)) : splitSpecifiers(rest);
  if (extraNames === undefined || parts === undefined) return undefined;
  const marker = parts.marker === undefined ? undefined : parseMarker(parts.marker);
  if (parts.marker !== undefined && marker === undefined) return undefined;
  return {
    name: normalizeName(name),
    writtenName: name,
    extras: extraNames,
    specifiers: [],
    url: undefined,
    ...parts,
    marker,
  };
}

/** One text for requirements that mean the same, however they are written. */
export function requirementKey({ name, extras, specifiers, url, marker }: Requirement): string {
  return [name, `[${extras.join()}]`, specifiers.join(), `@${url ?? ''}`, marker ?? ''].join(' ');
}

interface Parts {
  readonly specifiers?: readonly string[];
  readonly url?: string;
  readonly marker: string | undefined;
}

function splitSpecifiers(rest: string): Parts | undefined {
  const semicolon = rest.indexOf(';');
  const written = (semicolon < 0 ? rest : rest.slice(0, semicolon)).trim();
  const bare = written.startsWith('(') && written.endsWith(')') ? written.slice(1, -1) : written;
  if (/[()]/.test(bare) || !isSpecifierSet(bare)) return undefined;
  const specifiers = bare
    .split(',')
    .map((specifier) => specifier.replaceAll(/\s+/g, ''))
    .filter((specifier) => specifier !== '')
    .toSorted();
  return { specifiers: [...new Set(specifiers)], marker: semicolon < 0 ? undefined : rest.slice(semicolon + 1) };
}

// A URL ends at a blank; only behind one may a marker follow, since a semicolon may be part of the URL.
function splitUrl(rest: string): Parts | undefined {
  const { url, after = '' } = /^[ \t]*(?<url>[^ \t]+)(?<after>.*)$/s.exec(rest)?.groups ?? {};
  if (url === undefined) return undefined;
  const behind = after.trim();
  if (behind === '') return { url, marker: undefined };
  return behind.startsWith(';') ? { url, marker: behind.slice(1) } : undefined;
}

function parseExtras(text: string): readonly string[] | undefined {
  if (text.trim() === '') return [];
  const extras = text.split(',').map((extra) => extra.trim());
  if (!extras.every((extra) => isProjectName(extra))) return undefined;
  return [...new Set(extras.map((extra) => normalizeName(extra) as string))].toSorted();
}
