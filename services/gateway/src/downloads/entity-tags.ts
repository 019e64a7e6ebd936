/** Entity tags and their comparison (RFC 9110, 8.8.3 and 13.1). */

const tag = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const gzipSuffix = '-gzip"';

/** Weak comparison, as `If-None-Match` asks for it; `*` matches everything there is. */
export function matchesWeakly(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  return tagsIn(header).some((candidate) => opaque(candidate) === opaque(etag));
}

/** Strong comparison, as `If-Match` and `If-Range` ask for it: weak tags match nothing. */
export function matchesStrongly(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  return !etag.startsWith('W/') && tagsIn(header).includes(etag);
}

/** The tag of the gzip form of a document: another representation, another tag (RFC 9110, 8.8.3.3). */
export function gzipTag(etag: string): string {
  return etag.endsWith('"') ? `${etag.slice(0, -1)}${gzipSuffix}` : etag;
}

/** A header's tags as the service gave them, without what we added for the gzip form. */
export function withoutGzipSuffix(header: string): string {
  return header.replaceAll(gzipSuffix, '"');
}

function tagsIn(header: string): string[] {
  return header.slice(0, 8192).match(tag) ?? [];
}

function opaque(candidate: string): string {
  return candidate.startsWith('W/') ? candidate.slice(2) : candidate;
}
