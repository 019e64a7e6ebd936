import { invalidDistribution } from './distribution-refusal.js';
import { shown } from '../names/shown-value.js';

/** Commands that installers make of a distribution, each with the object that it calls ("Entry points specification"). */
export interface EntryPoints {
  readonly consoleScripts: ReadonlyMap<string, string>;
  readonly guiScripts: ReadonlyMap<string, string>;
  /** The other groups, which programs read at run time. */
  readonly groups: readonly string[];
}

const maxEntries = 10_000;
const scriptName = /^[\p{L}\p{N}_.-]+$/u;

/**
 * Reads entry_points.txt as `configparser` does with `=` as its only delimiter. Errors: `invalid` `pypi.wheel-entry-points`
 * also for names of scripts that would be written elsewhere than beside the others (P10).
 */
export function parseEntryPoints(bytes: Uint8Array): EntryPoints {
  const groups = new Map<string, Map<string, string>>();
  let group: Map<string, string> | undefined;
  let last: string | undefined;
  let count = 0;
  for (const line of decode(bytes).split(/\r\n|\r|\n/)) {
    const text = line.trim();
    if (text === '' || /^[#;]/.test(text)) continue;
    count += 1;
    if (count > maxEntries) throw invalidEntryPoints(`it has more than ${maxEntries} lines`);
    if (/^\s/.test(line) && group !== undefined && last !== undefined) {
      group.set(last, `${group.get(last) ?? ''}\n${text}`);
      continue;
    }
    const header = /^\[(?<name>[^\]]+)\]$/.exec(text)?.groups?.['name'];
    if (header !== undefined) {
      if (groups.has(header)) throw invalidEntryPoints(`it has the section ${shown(header)} twice`);
      group = new Map();
      groups.set(header, group);
      last = undefined;
      continue;
    }
    const equals = text.indexOf('=');
    last = text.slice(0, equals).trim();
    if (group === undefined || equals < 1 || last === '') throw invalidEntryPoints(`${shown(text)} is no entry point`);
    if (group.has(last)) throw invalidEntryPoints(`it has ${shown(last)} twice`);
    group.set(last, text.slice(equals + 1).trim());
  }
  const consoleScripts = scriptsOf(groups, 'console_scripts');
  const guiScripts = scriptsOf(groups, 'gui_scripts');
  const others = [...groups.keys()].filter((name) => name !== 'console_scripts' && name !== 'gui_scripts');
  return { consoleScripts, guiScripts, groups: others };
}

function scriptsOf(
  groups: ReadonlyMap<string, ReadonlyMap<string, string>>,
  section: string,
): ReadonlyMap<string, string> {
  const scripts = groups.get(section) ?? new Map<string, string>();
  for (const name of scripts.keys()) {
    if (!scriptName.test(name) || /^\.+$/.test(name)) {
      throw invalidEntryPoints(`Invalid entry point name ${shown(name)} in ${shown(section)}`);
    }
  }
  return scripts;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidEntryPoints('it is not UTF-8');
  }
}

function invalidEntryPoints(reason: string): Error {
  return invalidDistribution('wheel-entry-points', `The entry_points.txt of the wheel is not accepted: ${reason}.`);
}
