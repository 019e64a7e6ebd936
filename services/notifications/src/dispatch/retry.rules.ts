import { halfJitterGenerator, type IExponentialBackoffOptions } from 'cockatiel';

const minute = 60_000;
const hour = 60 * minute;

/** When a failed delivery is tried again: after a minute, two, four, … at most six hours, each up to half of it earlier. */
export const deliveryPauses = { initialDelay: minute, maxDelay: 6 * hour };
/** When an open circuit lets one delivery through to see. */
export const probePauses = { initialDelay: minute, maxDelay: hour };
/** When a mail is tried again. */
export const mailPauses = { initialDelay: minute / 2, maxDelay: hour };

/** However few attempts there were (a circuit that stays open uses none), after this it is over. */
export const longestWaitMilliseconds = 36 * hour;

/** Failures in a row that open a circuit. */
export const circuitThreshold = 5;

type Pauses = Pick<IExponentialBackoffOptions<number>, 'initialDelay' | 'maxDelay'>;

/** Milliseconds until the next try; `failures` so far, from 1. Exponential, with half of it at random. */
export function pauseAfter(failures: number, pauses: Pauses): number {
  const [milliseconds] = halfJitterGenerator(Math.max(failures - 1, 0), {
    ...pauses,
    exponent: 2,
    generator: halfJitterGenerator,
  });
  return milliseconds;
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), in milliseconds from `now`; 0 for what is none. */
export function retryAfterMilliseconds(header: string | string[] | undefined, now: Date): number {
  if (typeof header !== 'string') return 0;
  const milliseconds = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isFinite(milliseconds) ? Math.min(Math.max(milliseconds, 0), deliveryPauses.maxDelay) : 0;
}
