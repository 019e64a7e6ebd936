import type { StagedBlob } from '@waybill/blob-storage';
import { parseStagedKey } from '@waybill/blob-storage';
import {
  digest,
  organizationId,
  packagePurl,
  principal,
  releasePurl,
  repositoryId,
  sizeBytes,
  userId,
  visibility,
} from '@waybill/contracts';
import type { Principal, Resource } from '@waybill/domain';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { BlobReplyOptions } from './blob-reply.js';
import type { CacheHint } from './cache-hint.js';

export type HeaderMap = Record<string, string | string[]>;

/** The subject on which a service's replicas, as one queue group, take requests. */
export function edgeSubject(service: string): string {
  return `edge.${service}`;
}

const stagedBlob: z.ZodType<StagedBlob> = z.object({
  key: z.string().transform((value) => parseStagedKey(value)),
  sizeBytes,
  digests: z.object({ sha256: digest, sha1: digest.exactOptional(), sha512: digest.exactOptional() }),
});

const headerMap = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

const requestHead = z.object({
  id: z.string().max(200),
  method: z.string().max(20),
  target: z.string().max(8192),
  headers: headerMap,
  clientAddress: z.string().max(100),
  externalUrl: z.string().max(2000),
  /** Milliseconds since 1970. */
  deadline: z.number(),
  /** JSON text of the principal: encoded once per credential by the gateway, parsed once per text by the service. */
  principal: z.string(),
  /** Whatever was brought as a bearer token where that is somebody else's (`ForeignBearer`). Apart from the headers, which are logged. */
  foreignBearer: z.string().max(16_384).exactOptional(),
  upload: z
    .object({
      /** Absent where the bytes are the body of the message. */
      staged: stagedBlob.exactOptional(),
      mediaType: z.string().exactOptional(),
      contentEncoding: z.string().exactOptional(),
    })
    .exactOptional(),
});
export type RequestHead = z.infer<typeof requestHead>;

const blob = z.object({
  digest,
  sizeBytes,
  mediaType: z.string(),
  etag: z.string().exactOptional(),
  lastModified: z.coerce.date().exactOptional(),
  cacheControl: z.string().exactOptional(),
  filename: z.string().exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  download: z.object({ repositoryId, purl: releasePurl }).exactOptional(),
});

const inRepository = { organizationId, repositoryId, visibility };
const resource: z.ZodType<Resource> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('installation') }),
  z.object({ kind: z.literal('account'), userId }),
  z.object({ kind: z.literal('organization'), organizationId }),
  z.object({ kind: z.literal('repository'), ...inRepository }),
  z.object({ kind: z.literal('package'), purl: packagePurl, ...inRepository }),
]);
const cache: z.ZodType<CacheHint> = z.object({
  tags: z.array(z.string().min(1).max(1200)).max(20),
  resource,
  immutable: z.boolean(),
});

const replyHead = z.object({
  status: z.int().min(200).max(599),
  /** Of the status line, where the service has words of its own. */
  reason: z
    .string()
    .max(500)
    .regex(/^[\x20-\x7e]*$/)
    .exactOptional(),
  headers: headerMap,
  blob: (blob satisfies z.ZodType<BlobReplyOptions>).exactOptional(),
  staged: stagedBlob.exactOptional(),
  cache: cache.exactOptional(),
  about: resource.exactOptional(),
});
export type ReplyHead = z.infer<typeof replyHead>;

/** Errors: a ZodError; the frame came from a peer that is not ours or of another version. */
export function parseRequestHead(head: unknown): RequestHead {
  return requestHead.parse(head);
}

export function parseReplyHead(head: unknown): ReplyHead {
  return replyHead.parse(head);
}

const principalTexts = new WeakMap<Principal, string>();
const parsedPrincipals = new LRUCache<string, Principal>({
  maxSize: 8_000_000,
  sizeCalculation: (_, key) => key.length + 1,
});

export function encodePrincipal(who: Principal): string {
  const known = principalTexts.get(who);
  if (known !== undefined) return known;
  const text = JSON.stringify(who);
  principalTexts.set(who, text);
  return text;
}

export function decodePrincipal(text: string): Principal {
  const known = parsedPrincipals.get(text);
  if (known !== undefined) return known;
  const parsed = principal.parse(JSON.parse(text));
  parsedPrincipals.set(text, parsed);
  return parsed;
}
