import type { OidcKeySetEntity } from './oidc-key-set.entity.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/** From this age on keys are not used before somebody tried to read them anew: what the issuer took back works no longer (T7). */
const hardAge = 10 * minute;
/** For how long the last keys are used while their issuer cannot be reached (T7). */
const outageAge = day;
/** Keys of which a token was verified within a day; so a new one is known as soon as where tokens may ask for it. */
const everyWhileUsed = minute;
const everyWhileIdle = 10 * minute;
/** After the first failure; doubled with each other one, up to the pause of idle ones. */
const firstPause = 5000;

export const isUsable = ({ keys, readAt }: OidcKeySetEntity, now: Date): boolean =>
  keys !== null && readAt !== null && ageOf(readAt, now) < outageAge;

/** Whether who has shown a token of the issuer waits for newer keys. While the issuer is out nobody does. */
export const isTooOld = ({ readAt, failures }: OidcKeySetEntity, now: Date): boolean =>
  failures === 0 && (readAt === null || ageOf(readAt, now) >= hardAge);

export function nextReading(usedAt: Date | null, now: Date): Date {
  const isUsed = usedAt !== null && ageOf(usedAt, now) < day;
  return later(now, isUsed ? everyWhileUsed : everyWhileIdle);
}

/** `failures`: this one included. */
export function nextAttempt(failures: number, now: Date): Date {
  return later(now, Math.min(firstPause * 2 ** Math.min(failures - 1, 20), everyWhileIdle));
}

/** Whether that it was used now is worth being written down. */
export const isUseNews = ({ usedAt }: OidcKeySetEntity, now: Date): boolean =>
  usedAt === null || ageOf(usedAt, now) >= 60 * minute;

function ageOf(at: Date, now: Date): number {
  return now.getTime() - at.getTime();
}

function later(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}
