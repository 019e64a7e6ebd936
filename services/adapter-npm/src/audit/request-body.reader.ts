import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DomainError } from '@waybill/domain';
import type { UploadedBody } from '@waybill/edge';

/** Of an audit request, as it is sent and unpacked: a tree of ten thousand packages has about 2 MB. */
export const maxAuditBytes = 4 * 1024 * 1024;

/**
 * The JSON value of a request body that may be gzipped: npm and bun compress what they ask about, pnpm and berry do not.
 * Neither what arrives nor what it unpacks to may be larger than `maxAuditBytes` (security.md I3). Errors: `invalid`
 * `npm.audit`, `limit` `npm.audit-too-large`.
 */
export async function readAuditBody(upload: UploadedBody): Promise<unknown> {
  const text = await unpacked(await upload.open(), upload.contentEncoding);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new DomainError('invalid', 'npm.audit', 'The body is not a JSON document.', { cause: error });
  }
}

async function unpacked(body: Readable, encoding: string | undefined): Promise<string> {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return text(body);
    case 'gzip':
    case 'x-gzip':
      return gunzipped(body);
    default:
      body.destroy();
      throw new DomainError('invalid', 'npm.audit', 'The body may be compressed with gzip only.');
  }
}

async function gunzipped(body: Readable): Promise<string> {
  const gunzip = createGunzip();
  body.once('error', (error) => gunzip.destroy(error));
  body.pipe(gunzip);
  try {
    return await text(gunzip);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('invalid', 'npm.audit', 'The body is not a complete gzip stream.', { cause: error });
  } finally {
    body.destroy();
  }
}

// Leaving the loop destroys the stream, so that nothing more of a bomb is unpacked.
async function text(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAuditBytes) {
      throw new DomainError('limit', 'npm.audit-too-large', `An audit has at most ${maxAuditBytes} bytes unpacked.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}
