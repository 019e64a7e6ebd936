import { constants, createGzip, type Gzip } from 'node:zlib';

const minCompressedBytes = 1400;
const level = 4;
const textLike = /^(?:text\/|application\/(?:[a-z0-9.+-]*\+)?(?:json|xml|x-ndjson|javascript)(?:;|$))/i;

/** Whether documents of this type are worth compressing; archives never are. */
export function isCompressible(
  headers: { readonly contentType: string; readonly isEncoded: boolean },
  sizeBytes: number,
): boolean {
  return !headers.isEncoded && sizeBytes >= minCompressedBytes && textLike.test(headers.contentType);
}

/** Whether the client takes gzip (RFC 9110, 12.5.3): named, or by `*`, and not with a weight of zero. */
export function acceptsGzip(acceptEncoding: string | string[] | undefined): boolean {
  if (acceptEncoding === undefined) return false;
  let byStar = false;
  for (const entry of [acceptEncoding].flat().join(',').toLowerCase().slice(0, 1024).split(',')) {
    const [coding = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const isWanted = !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter));
    if (coding === 'gzip' || coding === 'x-gzip') return isWanted;
    if (coding === '*') byStar = isWanted;
  }
  return byStar;
}

export function gzipStream(): Gzip {
  return createGzip({ level, memLevel: constants.Z_DEFAULT_MEMLEVEL });
}
