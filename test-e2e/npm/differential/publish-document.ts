import { createHash } from 'node:crypto';
import { tarballWith } from '../tar.js';

export interface DocumentOptions {
  readonly name: string;
  readonly version: string;
  readonly tag?: string;
  /** Makes other bytes of the same name and version. */
  readonly text?: string;
}

/** The body of `PUT /{pkg}` as npm sends it, with an honest tarball. */
export function publishDocument({ name, version, tag = 'latest', text = 'one' }: DocumentOptions) {
  const manifest = {
    name,
    version,
    description: `Something called ${name}`,
    license: 'MIT',
    keywords: ['differential'],
  };
  const tarball = tarballWith([
    { name: 'package/package.json', text: JSON.stringify(manifest) },
    { name: 'package/README.md', text: `# ${name}\n` },
    { name: 'package/index.js', text: `module.exports = ${JSON.stringify(text)};\n` },
  ]);
  const file = `${name}-${version}.tgz`;
  return {
    _id: name,
    name,
    description: manifest.description,
    'dist-tags': { [tag]: version },
    versions: { [version]: versionDocument(manifest, tarball) },
    access: null,
    _attachments: {
      [file]: {
        content_type: 'application/octet-stream',
        data: tarball.toString('base64'),
        length: tarball.length,
      },
    },
  };
}

function versionDocument(manifest: { name: string; version: string }, tarball: Buffer) {
  const basename = manifest.name.slice(manifest.name.indexOf('/') + 1);
  return {
    ...manifest,
    _id: `${manifest.name}@${manifest.version}`,
    _nodeVersion: '24.0.0',
    _npmVersion: '12.0.0',
    readme: `# ${manifest.name}\n`,
    readmeFilename: 'README.md',
    dist: {
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
      tarball: `http://localhost/${manifest.name}/-/${basename}-${manifest.version}.tgz`,
    },
  };
}
