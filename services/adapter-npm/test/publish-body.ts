import { createHash } from 'node:crypto';
import type { PackageJson } from '../src/publish/package-json.js';

export interface Attachment {
  readonly name: string;
  readonly content_type: string;
  readonly data: string;
  readonly length: number;
}

/** A publish document as npm sends it: the version's manifest with its dist, the tags, the attachments in that order. */
export function publishBody(manifest: PackageJson, tarball: Buffer, attachments: readonly Attachment[]) {
  const name = String(manifest['name']);
  const version = String(manifest['version']);
  const dist = {
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    tarball: `http://packages.example/npm/main/${name}/-/${name}-${version}.tgz`,
  };
  return {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    access: null,
    _attachments: Object.fromEntries(attachments.map(({ name: file, ...attachment }) => [file, attachment])),
  };
}

/** As npm and berry name it: with the scope. */
export function tarballAttachment(manifest: PackageJson, tarball: Buffer): Attachment {
  return {
    name: `${String(manifest['name'])}-${String(manifest['version'])}.tgz`,
    content_type: 'application/octet-stream',
    data: tarball.toString('base64'),
    length: tarball.length,
  };
}

const provenanceType = 'https://slsa.dev/provenance/v1';

/** An in-toto statement about that tarball. */
export function statementAbout(manifest: PackageJson, tarball: Buffer): Record<string, unknown> {
  const name = String(manifest['name']).replace('@', '%40');
  const sha512 = createHash('sha512').update(tarball).digest('hex');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `pkg:npm/${name}@${String(manifest['version'])}`, digest: { sha512 } }],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: { buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1' },
    },
  };
}

/** A sigstore bundle as npm's clients make it; nobody signed it. */
export function bundleOf(statement: unknown): Record<string, unknown> {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: { rawBytes: 'AAAA' }, tlogEntries: [], note: 'ünï' },
    dsseEnvelope: {
      payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ keyid: '', sig: 'AAAA' }],
    },
  };
}

/** Sent as text, without base64. */
export function bundleAttachment(manifest: PackageJson, bundle: unknown): Attachment {
  const data = typeof bundle === 'string' ? bundle : JSON.stringify(bundle);
  return {
    name: `${String(manifest['name'])}-${String(manifest['version'])}.sigstore`,
    content_type: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    data,
    length: data.length,
  };
}
