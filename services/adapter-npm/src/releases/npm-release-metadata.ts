import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '@waybill/blob-storage';
import type { StoredDocument } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { z } from 'zod';
import type { VersionFacts } from './version-facts.js';
import type { PackageJson } from '../publish/package-json.js';

/** What this adapter hands to `publish` with a release, and gets back in its events. */
export interface NpmReleaseMetadata {
  readonly manifest: PackageJson;
  readonly facts: VersionFacts;
}

const schema: z.ZodType<NpmReleaseMetadata> = z.object({
  manifest: z.record(z.string(), z.unknown()),
  facts: z.object({
    integrity: z.string(),
    shasum: z.string(),
    fileCount: z.int(),
    unpackedBytes: z.int(),
    hasInstallScript: z.boolean(),
    hasShrinkwrap: z.boolean(),
    hasBindingGyp: z.boolean(),
    readme: z.string().exactOptional(),
    readmeFilename: z.string().exactOptional(),
    nodeVersion: z.string().exactOptional(),
    npmVersion: z.string().exactOptional(),
  }),
});

// A message may have 1 MB; the release around the metadata needs some of it.
const maxInlineBytes = 64 * 1024;
const maxBytes = 4 * 1024 * 1024;

/** Small metadata travels in the message, the rest through the object store. Errors: `limit` `npm.manifest-too-large`. */
export async function storeMetadata(store: BlobStore, metadata: NpmReleaseMetadata): Promise<StoredDocument> {
  const bytes = Buffer.from(JSON.stringify(metadata));
  if (bytes.length > maxBytes) {
    throw new DomainError('limit', 'npm.manifest-too-large', 'The package.json and the readme are too large.');
  }
  if (bytes.length <= maxInlineBytes) return { kind: 'inline', json: metadata };
  const { digest, sizeBytes } = await store.put(bytes);
  return { kind: 'blob', digest, sizeBytes };
}

export async function loadMetadata(store: BlobStore, document: StoredDocument): Promise<NpmReleaseMetadata> {
  if (document.kind === 'inline') return schema.parse(document.json);
  if (document.sizeBytes > maxBytes)
    throw new DomainError('internal', 'npm.manifest-too-large', 'Metadata is too large.');
  const bytes = await buffer(await store.open(document.digest));
  return schema.parse(JSON.parse(bytes.toString('utf8')));
}
