import { DomainError } from '@waybill/domain';

/** Longest request target that is passed on; well above every client's longest known address. */
export const maxTargetBytes = 8192;

// Visible ASCII except the backslash and `#`: no control, no space, nothing that two parsers could read in two ways.
const allowedCharacters = /^\/[\x21\x22\x24-\x5b\x5d-\x7e]*$/;
// `.` and `..` as whole segments, in every spelling, with `/` and `%2f` as separators (security.md W5).
const dotSegment = /(?:\/|%2f)(?:\.|%2e){1,2}(?=\/|%2f|$)/i;
const encodedControlOrBackslash = /%(?:[01][0-9a-f]|7f|5c)/i;

/**
 * Refuses targets that gateway and service might read differently. What passes is handed on byte by byte.
 * Errors: `invalid` `target.malformed`, `limit` `target.too-long`.
 */
export function checkTarget(target: string): void {
  if (target.length > maxTargetBytes) throw new DomainError('limit', 'target.too-long', 'The address is too long.');
  const path = pathOf(target);
  if (!allowedCharacters.test(target) || dotSegment.test(path) || encodedControlOrBackslash.test(path)) {
    throw new DomainError('invalid', 'target.malformed', 'The address is malformed.');
  }
}

/** The raw path of a target: everything before the `?`. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
