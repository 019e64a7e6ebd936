import type { ProjectName } from '../names/project-name.js';
import { isProjectName, normalizeName } from '../names/project-name.js';
import type { PythonVersion } from '../versions/python-version.js';
import { parseVersion } from '../versions/python-version.js';

interface NamedDistribution {
  readonly filename: string;
  readonly name: ProjectName;
  readonly version: PythonVersion;
  /** As the file name has it. */
  readonly writtenName: string;
  readonly writtenVersion: string;
}

/** What a wheel's name says (PEP 427 "File name convention"). */
export interface WheelFileName extends NamedDistribution {
  readonly filetype: 'bdist_wheel';
  /** Decides between wheels that are equal otherwise; the number before the text. */
  readonly build: { readonly number: number; readonly suffix: string } | undefined;
  /** The compressed tag set (PEP 425): each of one fits with each of the others. */
  readonly interpreters: readonly string[];
  readonly abis: readonly string[];
  readonly platforms: readonly string[];
}

/** What a source distribution's name says (PEP 625 "File name of a sdist", and older ones). */
export interface SdistFileName extends NamedDistribution {
  readonly filetype: 'sdist';
  readonly format: 'tar.gz' | 'zip';
}

export type DistributionFileName = WheelFileName | SdistFileName;

/** With `.metadata` behind it, it has to be a file name anywhere. */
export const maxFileNameCharacters = 240;
const maxTags = 500;
const safe = /^[A-Za-z0-9][A-Za-z0-9._+!-]*$/;
const tag = /^[A-Za-z_][A-Za-z0-9_]*$/;
const platformTag = /^[A-Za-z0-9_]+$/;

/**
 * Reads a file name as installers do, whatever its spelling; undefined for what names neither a wheel nor a source
 * distribution. Where a source distribution's name has several dashes, the version is behind the last one.
 */
export function parseFileName(filename: string): DistributionFileName | undefined {
  if (filename.length > maxFileNameCharacters || !safe.test(filename)) return undefined;
  if (filename.endsWith('.whl')) return parseWheelFileName(filename);
  const dash = filename.lastIndexOf('-');
  return dash < 1 ? undefined : parseSdistAt(filename, dash);
}

/**
 * A source distribution's name where name and version are known, and either may have dashes (PEP 625, "Backwards
 * compatibility": `foo-bar-1.0-1.tar.gz` is version `1.0.post1` of `foo-bar`).
 */
export function parseSdistOf(filename: string, name: ProjectName, version: PythonVersion): SdistFileName | undefined {
  if (filename.length > maxFileNameCharacters || !safe.test(filename)) return undefined;
  for (let dash = filename.indexOf('-'); dash > 0; dash = filename.indexOf('-', dash + 1)) {
    const found = parseSdistAt(filename, dash);
    if (found?.name === name && found.version.key === version.key) return found;
  }
  return undefined;
}

function parseSdistAt(filename: string, dash: number): SdistFileName | undefined {
  const format = filename.endsWith('.tar.gz') ? 'tar.gz' : filename.endsWith('.zip') ? 'zip' : undefined;
  if (format === undefined) return undefined;
  const named = parseNamed(filename.slice(0, dash), filename.slice(dash + 1, -format.length - 1));
  return named === undefined ? undefined : { filename, filetype: 'sdist', format, ...named };
}

function parseWheelFileName(filename: string): WheelFileName | undefined {
  const parts = filename.slice(0, -'.whl'.length).split('-');
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const [writtenName = '', writtenVersion = ''] = parts;
  const [interpreters = [], abis = [], platforms = []] = parts.slice(-3).map((part) => part.split('.'));
  const build = parts.length === 6 ? parseBuild(parts[2] ?? '') : undefined;
  if (parts.length === 6 && build === undefined) return undefined;
  if (!interpreters.every((one) => tag.test(one)) || ![...abis, ...platforms].every((one) => platformTag.test(one))) {
    return undefined;
  }
  if (interpreters.length * abis.length * platforms.length > maxTags) return undefined;
  const named = writtenName.includes('__') ? undefined : parseNamed(writtenName, writtenVersion);
  return named && { filename, filetype: 'bdist_wheel', ...named, build, interpreters, abis, platforms };
}

function parseNamed(writtenName: string, writtenVersion: string): Omit<NamedDistribution, 'filename'> | undefined {
  const version = parseVersion(writtenVersion);
  if (version === undefined || !isProjectName(writtenName)) return undefined;
  return { name: normalizeName(writtenName), version, writtenName, writtenVersion };
}

function parseBuild(text: string): WheelFileName['build'] {
  const { digits, suffix = '' } = /^(?<digits>[0-9]{1,15})(?<suffix>[A-Za-z0-9_.]*)$/.exec(text)?.groups ?? {};
  return digits === undefined ? undefined : { number: Number(digits), suffix };
}
