import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '@waybill/blob-storage';
import type { StoredDocument } from '@waybill/contracts';
import { digest, sizeBytes } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { z } from 'zod';

const hexDigest = (characters: number) => z.string().regex(new RegExp(`^[0-9a-f]{${characters}}$`));

/** What pages show of a file; all of it is the file's own word. */
const shownMetadata = z.object({
  fileType: z.enum(['bdist_wheel', 'sdist']),
  /** As its author writes it: `Foo.Bar_baz`. */
  writtenName: z.string().max(128),
  /** As its author writes it. */
  writtenVersion: z.string().max(256),
  /** `source` for an sdist, else the Python tags of the wheel. */
  pythonVersion: z.string().max(200),
  md5: hexDigest(32),
  blake2b256: hexDigest(64),
  comment: z.string().max(2000).exactOptional(),
  requiresPython: z.string().max(1000).exactOptional(),
  /** The METADATA or PKG-INFO that is served beside the file (PEP 658), where there is one. */
  metadataFile: z.object({ digest, sizeBytes }).exactOptional(),
});
export type ShownMetadata = z.infer<typeof shownMetadata>;

/** What this adapter hands to `publish` with a file, and gets back in its events. */
export const fileMetadata = shownMetadata.extend({
  /** The fields of the core metadata by their names in JSON (PEP 566): lists where a field may be repeated. */
  coreMetadata: z.record(z.string().max(100), z.union([z.string(), z.array(z.string())])),
});
export type FileMetadata = z.infer<typeof fileMetadata>;
export type CoreMetadataJson = FileMetadata['coreMetadata'];

// A message may have 1 MB; the release around the metadata needs some of it.
const maxInlineBytes = 64 * 1024;
const maxBytes = 4 * 1024 * 1024;

/** Small metadata travels in the message, the rest through the object store. Errors: `limit` `pypi.metadata-too-large`. */
export async function storeMetadata(store: BlobStore, metadata: FileMetadata): Promise<StoredDocument> {
  const bytes = Buffer.from(JSON.stringify(metadata));
  if (bytes.length > maxBytes) {
    throw new DomainError('limit', 'pypi.metadata-too-large', 'The core metadata of the file is too large.');
  }
  if (bytes.length <= maxInlineBytes) return { kind: 'inline', json: metadata };
  const stored = await store.put(bytes);
  return { kind: 'blob', digest: stored.digest, sizeBytes: stored.sizeBytes };
}

export async function loadMetadata(store: BlobStore, document: StoredDocument): Promise<FileMetadata> {
  if (document.kind === 'inline') return fileMetadata.parse(document.json);
  if (document.sizeBytes > maxBytes) {
    throw new DomainError('internal', 'pypi.metadata-too-large', 'Metadata is too large.');
  }
  const bytes = await buffer(await store.open(document.digest));
  return fileMetadata.parse(JSON.parse(bytes.toString('utf8')));
}
