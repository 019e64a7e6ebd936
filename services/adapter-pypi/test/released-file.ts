import { createHash, randomUUID } from 'node:crypto';
import type { BlobStore } from '@waybill/blob-storage';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import type { FileMetadata } from '../src/files/file-metadata.js';
import { fileNamePartOf, parseProjectName, purlOf, releasePurlOf } from '../src/names/project-name.js';

export interface ReleasedFile {
  readonly name: string;
  readonly version: string;
  /** Behind name and version: `-py3-none-any.whl` unless given. */
  readonly ending?: string;
  readonly contents?: string;
  readonly metadata?: Partial<FileMetadata>;
  readonly state?: ReleaseFacts['state'];
}

/** A published file as an upload makes one, with its metadata beside it; both are in the store. */
export async function releasedFile(
  store: BlobStore,
  repository: RepositoryFacts,
  { name: writtenName, version, ending = '-py3-none-any.whl', state = 'published', ...file }: ReleasedFile,
): Promise<ReleaseFacts> {
  const name = parseProjectName(writtenName);
  const filename = `${fileNamePartOf(name)}-${version}${ending}`;
  const bytes = Buffer.from(file.contents ?? `the bytes of ${filename}`);
  const { digest, sizeBytes } = await store.put(bytes);
  const isWheel = ending.endsWith('.whl');
  const metadataFile = await store.put(
    Buffer.from(`Metadata-Version: 2.4\nName: ${writtenName}\nVersion: ${version}\n`),
  );
  const metadata: FileMetadata = {
    fileType: isWheel ? 'bdist_wheel' : 'sdist',
    writtenName,
    writtenVersion: version,
    pythonVersion: isWheel ? 'py3' : 'source',
    md5: createHash('md5').update(bytes).digest('hex'),
    blake2b256: 'c'.repeat(64),
    coreMetadata: { metadata_version: '2.4', name: writtenName, version },
    ...(isWheel ? { metadataFile } : {}),
    ...file.metadata,
  };
  const now = new Date().toISOString();
  return {
    releaseId: randomUUID() as ReleaseFacts['releaseId'],
    repository,
    purl: releasePurlOf(name, version),
    packagePurl: purlOf(name),
    version,
    state,
    artifacts: [
      {
        filename,
        role: isWheel ? 'wheel' : 'sdist',
        mediaType: 'application/octet-stream',
        sizeBytes,
        digests: { sha256: digest },
      },
    ],
    metadata: { kind: 'inline', json: metadata },
    tags: [],
    publishedBy: { actor: 'user:1', username: 'alice', userId: null },
    summary: {},
    submittedAt: now,
    settledAt: now,
    trustedPublisher: null,
    provenance: null,
    sourceVerified: null,
    approvals: [],
    reasons: [],
  };
}
