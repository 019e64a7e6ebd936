import type { StagedBlob } from '@waybill/blob-storage';
import type { Digest, DigestAlgorithm } from '@waybill/domain';
import { digestHex, digestToIntegrity, DomainError } from '@waybill/domain';
import type { NpmName } from '../names/npm-name.js';
import { basenameOf, tarballFilename } from '../names/npm-name.js';
import type { PublishDocument } from './publish-document.schema.js';

/** The files of one release as they were staged. */
export interface ReleaseAttachments {
  readonly tarball: StagedBlob;
  /** A sigstore bundle (`npm publish --provenance`), with the length that was declared for it. */
  readonly bundle?: { readonly blob: StagedBlob; readonly declaredLength: number | undefined };
}

const tarballSuffix = '.tgz';
const bundleSuffix = '.sigstore';

/** A sigstore bundle is sent as text, a tarball as base64; only the name tells which is which. */
export function isBundleName(file: string): boolean {
  return file.endsWith(bundleSuffix);
}

/**
 * Tells the tarball from the provenance bundle, by name and not by order, and refuses a tarball that is not what the
 * document says (security.md P9, I7). Errors: `invalid` `npm.attachments` | `npm.integrity`.
 */
export function sortAttachments(
  name: NpmName,
  document: PublishDocument,
  attachments: ReadonlyMap<string, StagedBlob>,
): ReleaseAttachments {
  const tarballs = [...attachments].filter(([file]) => file.endsWith(tarballSuffix));
  const bundles = [...attachments].filter(([file]) => isBundleName(file));
  const [tarball] = tarballs;
  const [bundle] = bundles;
  if (tarball === undefined || tarballs.length > 1 || bundles.length > 1 || attachments.size > 2) {
    throw malformed('A publish document has one tarball, and at most a provenance bundle.');
  }
  if (tarballs.length + bundles.length !== attachments.size) {
    throw malformed('A publish document has no attachments but a .tgz and a .sigstore.');
  }
  const [file, blob] = tarball;
  if (lastSegment(file) !== tarballFilename(name, document.version)) {
    throw malformed('The tarball is named after another package or version.');
  }
  assertDescribed(blob, document, document.declaredLengths.get(file));
  if (bundle === undefined) return { tarball: blob };
  if (lastSegment(bundle[0]) !== `${basenameOf(name)}-${document.version}${bundleSuffix}`) {
    throw malformed('The provenance bundle is named after another package or version.');
  }
  return { tarball: blob, bundle: { blob: bundle[1], declaredLength: document.declaredLengths.get(bundle[0]) } };
}

/** A digest that was asked for when the blob was staged. */
export function digestIn(blob: StagedBlob, algorithm: DigestAlgorithm): Digest {
  const digest = blob.digests[algorithm];
  if (digest === undefined) throw new Error('The store did not compute a digest that was asked for.');
  return digest;
}

function assertDescribed(blob: StagedBlob, document: PublishDocument, declaredLength: number | undefined): void {
  if (declaredLength !== undefined && declaredLength !== blob.sizeBytes) throw mismatch('length');
  const { integrity, shasum } = document;
  if (integrity !== undefined && !saysThe(integrity, blob)) throw mismatch('dist.integrity');
  if (shasum !== undefined && shasum !== digestHex(digestIn(blob, 'sha1'))) throw mismatch('dist.shasum');
}

// Several digests, separated by spaces, must all be right (Subresource Integrity, 3.5, accepts one of them).
function saysThe(integrity: string, blob: StagedBlob): boolean {
  const computed = Object.values(blob.digests).map(digestToIntegrity);
  const declared = integrity.trim().split(/\s+/);
  return declared.every((one) => computed.includes(one));
}

// Scoped names bring their scope along, as if it were a folder.
function lastSegment(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function malformed(message: string): DomainError {
  return new DomainError('invalid', 'npm.attachments', message);
}

function mismatch(field: string): DomainError {
  return new DomainError('invalid', 'npm.integrity', `The tarball is not the one that ${field} describes.`);
}
