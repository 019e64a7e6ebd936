import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DomainError } from '@waybill/domain';
import type { UploadedBody } from '@waybill/edge';
import type { MemoryClaim } from '../publish/document-memory.js';
import type { DocumentLimits } from '../publish/json-assembler.js';
import { JsonAssembler } from '../publish/json-assembler.js';
import { readTokens } from '../publish/json-tokens.js';

/** Of an audit request, as it is sent and unpacked: a tree of ten thousand packages has about 2 MB. */
export const maxAuditBytes = 4 * 1024 * 1024;

type AuditLimits = Pick<DocumentLimits, 'maxDepth' | 'maxKeys' | 'maxValues'>;

/** `{"<package>": ["<version>", …]}` of fifty thousand packages; deeper than two levels only so that it is told apart. */
export const bulkLimits: AuditLimits = { maxDepth: 4, maxKeys: 50_000, maxValues: 200_000 };
/** Dependencies within dependencies: each package has two levels, and some five values. */
export const treeLimits: AuditLimits = { maxDepth: 1000, maxKeys: 250_000, maxValues: 250_000 };

/**
 * The JSON value of a request body that may be gzipped: npm and bun compress what they ask about, pnpm and berry do not.
 * Neither what arrives nor what it unpacks to may be larger than `maxAuditBytes`, it may not be nested deeper nor have
 * more values than `limits` say, and it is read without holding the event loop (security.md I3). No key twice, no
 * `__proto__`, nothing but UTF-8 (I4). Errors: `invalid` `npm.audit`, `limit` `npm.audit-too-large`, `unavailable`
 * `npm.busy`.
 */
export async function readAuditBody(upload: UploadedBody, limits: AuditLimits, memory: MemoryClaim): Promise<unknown> {
  const body = await upload.open();
  try {
    return await jsonIn(unpacked(body, upload.contentEncoding), new JsonAssembler(limits, memory));
  } catch (error) {
    throw asAuditError(error);
  } finally {
    body.destroy();
  }
}

function unpacked(body: Readable, encoding: string | undefined): Readable {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      return gunzipped(body);
    default:
      throw new DomainError('invalid', 'npm.audit', 'The body may be compressed with gzip only.');
  }
}

function gunzipped(body: Readable): Readable {
  const gunzip = createGunzip();
  body.once('error', (error) => gunzip.destroy(error));
  return body.pipe(gunzip);
}

// What is thrown here destroys the stream, so that nothing more of a bomb is unpacked.
async function jsonIn(text: Readable, assembler: JsonAssembler): Promise<unknown> {
  let bytes = 0;
  await readTokens(text, {
    consume: (token) => {
      assembler.consume(token);
      return undefined;
    },
    pieceEnds: (read) => {
      bytes += read;
      if (bytes <= maxAuditBytes) return;
      throw new DomainError('limit', 'npm.audit-too-large', `An audit has at most ${maxAuditBytes} bytes unpacked.`);
    },
  });
  return assembler.value;
}

function asAuditError(error: unknown): DomainError {
  if (!(error instanceof DomainError)) {
    return new DomainError('invalid', 'npm.audit', 'The body is not a complete JSON document.', { cause: error });
  }
  if (error.code === 'npm.document') return new DomainError('invalid', 'npm.audit', error.message);
  if (error.code === 'npm.document-too-large') return new DomainError('limit', 'npm.audit-too-large', error.message);
  return error;
}
