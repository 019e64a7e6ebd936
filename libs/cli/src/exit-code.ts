/** What a script can tell from how the command ended. Documented in README.md; numbers never change their meaning. */
export const exitCodes = {
  success: 0,
  /** Something that should not happen. */
  failure: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Not signed in, or the token works no more (401). */
  unauthenticated: 3,
  /** Signed in, and not allowed (403). */
  forbidden: 4,
  /** Not there, or hidden (404, 410). */
  notFound: 5,
  /** Somebody was faster, or it is not possible in this state (409, 412, 428). */
  conflict: 6,
  /** What was sent is not usable (400, 413, 415, 422). */
  invalid: 7,
  /** Try again later: no connection, too many requests, a part is down (429, 5xx). */
  unavailable: 8,
  /** An audit export does not verify. */
  unverified: 9,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function exitCodeOfStatus(status: number): ExitCode {
  if (status === 401) return exitCodes.unauthenticated;
  if (status === 403) return exitCodes.forbidden;
  if (status === 404 || status === 410) return exitCodes.notFound;
  if (status === 409 || status === 412 || status === 428) return exitCodes.conflict;
  if (status === 429 || status >= 500) return exitCodes.unavailable;
  return status >= 400 ? exitCodes.invalid : exitCodes.failure;
}
