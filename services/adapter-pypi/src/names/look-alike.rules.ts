import { normalizeName } from './project-name.js';

/**
 * The form in which PyPI compares names that people mix up (Warehouse, `ultranormalize_name`; security.md P13): without
 * separators, `o` as `0`, `l` and `i` as `1`. Names of two projects of one repository must differ in it.
 */
export function lookAlikeKey(name: string): string {
  return normalizeName(name).replaceAll('-', '').replaceAll(/[li]/g, '1').replaceAll('o', '0');
}

/** Whether two different projects have names that people mix up. */
export function looksLike(name: string, other: string): boolean {
  return normalizeName(name) !== normalizeName(other) && lookAlikeKey(name) === lookAlikeKey(other);
}
