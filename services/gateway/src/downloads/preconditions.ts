import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange } from '@waybill/blob-storage';
import rangeParser from 'range-parser';
import { matchesStrongly, matchesWeakly } from './entity-tags.js';

const maxRangeHeaderLength = 1024;
const maxParts = 16;

export interface Representation {
  readonly etag: string;
  readonly lastModified?: Date | undefined;
  readonly sizeBytes: number;
}

export type Selection =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'parts'; readonly parts: readonly ByteRange[] }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'precondition-failed' }
  | { readonly kind: 'unsatisfiable' };

/** What a GET or HEAD of these bytes is to be answered with, in the order of RFC 9110, 13.2.2. */
export function selectRepresentation(
  { method, headers }: { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders },
  bytes: Representation,
): Selection {
  if (preconditionFailed(headers, bytes)) return { kind: 'precondition-failed' };
  if (isNotModified(headers, bytes)) return { kind: 'not-modified' };
  // Ranges are defined for GET alone (RFC 9110, 14.2).
  if (method !== 'GET' || headers.range === undefined || !rangeStillApplies(headers['if-range'], bytes))
    return { kind: 'whole' };
  return partsFor(headers.range, bytes.sizeBytes);
}

/**
 * A malformed range, another unit, or more parts than anybody honest asks for: the whole is a correct answer (RFC 9110,
 * 14.2). Parts that overlap or touch become one, so that nobody is sent the same bytes many times.
 */
function partsFor(header: string, sizeBytes: number): Selection {
  if (header.length > maxRangeHeaderLength) return { kind: 'whole' };
  const ranges = rangeParser(sizeBytes, header, { combine: true });
  if (ranges === -1) return { kind: 'unsatisfiable' };
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length > maxParts) return { kind: 'whole' };
  const parts = ranges.map(({ start, end }) => ({ start, end }));
  const [first] = parts;
  if (first === undefined) return { kind: 'whole' };
  return parts.length === 1 ? { kind: 'part', ...first } : { kind: 'parts', parts };
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
