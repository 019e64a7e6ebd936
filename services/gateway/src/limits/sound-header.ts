import type { IncomingMessage } from 'node:http';
import { DomainError } from '@waybill/domain';

/**
 * Refuses what the parser lets pass and nobody honest sends: more fields than allowed, two of a field that says who
 * somebody is, versions that are not ours, framing that the version does not have (RFC 9112, 6.1), transfer codings
 * other than `chunked` alone, which Node would leave on the body (6.1), HTTP/1.1 without a host (3.2). Errors: `limit`
 * `http.header-too-large`, `invalid` `http.duplicate-header`, `http.malformed` or `http.transfer-coding`.
 */
export function requireSoundHeader({ rawHeaders, headers, httpVersion }: IncomingMessage, maxFields: number): void {
  if (rawHeaders.length / 2 > maxFields) {
    throw new DomainError('limit', 'http.header-too-large', 'The request has too many header fields.');
  }
  let credentials = 0;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    if (name.length === 13 && name.toLowerCase() === 'authorization') credentials += 1;
  }
  if (hosts > 1 || credentials > 1) {
    throw new DomainError('invalid', 'http.duplicate-header', 'The request has a header field twice.');
  }
  const isOld = httpVersion === '1.0';
  const coding = headers['transfer-encoding'];
  if (isOld ? coding !== undefined : httpVersion !== '1.1' || hosts === 0) {
    throw new DomainError('invalid', 'http.malformed', 'The request is malformed.');
  }
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new DomainError('invalid', 'http.transfer-coding', 'No transfer coding but chunked is understood.');
  }
}
