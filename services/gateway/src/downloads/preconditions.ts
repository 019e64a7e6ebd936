import type { IncomingHttpHeaders } from 'node:http';
import rangeParser from 'range-parser';
import { matchesStrongly, matchesWeakly } from './entity-tags.js';

export interface Representation {
  readonly etag: string;
  readonly lastModified?: Date | undefined;
  readonly sizeBytes: number;
}

export type Selection =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'precondition-failed' }
  | { readonly kind: 'unsatisfiable' };

/** What a GET or HEAD of these bytes is to be answered with, in the order of RFC 9110, 13.2.2. */
export function selectRepresentation(headers: IncomingHttpHeaders, bytes: Representation): Selection {
  if (preconditionFailed(headers, bytes)) return { kind: 'precondition-failed' };
  if (isNotModified(headers, bytes)) return { kind: 'not-modified' };
  if (headers.range === undefined || !rangeStillApplies(headers['if-range'], bytes)) return { kind: 'whole' };
  const ranges = rangeParser(bytes.sizeBytes, headers.range.slice(0, 1024), { combine: true });
  if (ranges === -1) return { kind: 'unsatisfiable' };
  // A malformed range, another unit or several parts: the whole is a correct answer (RFC 9110, 14.2).
  if (ranges === -2 || ranges.type !== 'bytes') return { kind: 'whole' };
  const [range] = ranges;
  return range === undefined || ranges.length > 1 ? { kind: 'whole' } : { kind: 'part', ...startAndEnd(range) };
}

/** `If-None-Match` wins over `If-Modified-Since` when both are there (RFC 9110, 13.1.3). */
export function isNotModified(
  headers: IncomingHttpHeaders,
  { etag, lastModified }: { readonly etag: string | undefined; readonly lastModified?: Date | undefined },
): boolean {
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return etag !== undefined && matchesWeakly(ifNoneMatch, etag);
  const since = dateIn(headers['if-modified-since']);
  return since !== undefined && lastModified !== undefined && wholeSeconds(lastModified) <= since;
}

function preconditionFailed(headers: IncomingHttpHeaders, { etag, lastModified }: Representation): boolean {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) return !matchesStrongly(ifMatch, etag);
  const unmodifiedSince = dateIn(headers['if-unmodified-since']);
  return unmodifiedSince !== undefined && lastModified !== undefined && wholeSeconds(lastModified) > unmodifiedSince;
}

function rangeStillApplies(ifRange: string | string[] | undefined, { etag, lastModified }: Representation): boolean {
  if (typeof ifRange !== 'string') return true;
  if (ifRange.includes('"')) return matchesStrongly(ifRange, etag);
  const date = dateIn(ifRange);
  return date !== undefined && lastModified !== undefined && wholeSeconds(lastModified) === date;
}

function dateIn(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : time;
}

function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

function startAndEnd({ start, end }: { start: number; end: number }): { start: number; end: number } {
  return { start, end };
}
