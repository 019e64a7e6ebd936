import { createHash } from 'node:crypto';
import type { Registry } from '../registry.js';

export interface RawPublish {
  readonly repository?: string;
  readonly name: string;
  readonly version: string;
  readonly tarball: Buffer;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** A sigstore bundle to go with the tarball. */
  readonly provenance?: object;
}

/** For what a test only starts from. Throws unless it was taken and is visible. */
export async function mustPublish(registry: Registry, publish: RawPublish): Promise<void> {
  const response = await rawPublish(registry, publish);
  const answer = await response.text();
  if (response.status !== 201) throw new Error(`${publish.name}@${publish.version}: ${response.status} ${answer}`);
}

/** `PUT /{pkg}` as npm sends it, for what no honest client would send. */
export async function rawPublish(
  registry: Registry,
  publish: RawPublish,
  timeoutMilliseconds = 120_000,
): Promise<Response> {
  const { name, version, tarball } = publish;
  const basename = name.slice(name.indexOf('/') + 1);
  const document = {
    _id: name,
    name,
    'dist-tags': publish.tags ?? { latest: version },
    versions: {
      [version]: {
        name,
        version,
        ...publish.manifest,
        dist: {
          integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
          shasum: createHash('sha1').update(tarball).digest('hex'),
        },
      },
    },
    _attachments: {
      [`${name}-${version}.tgz`.replace(`${name}-`, `${name.includes('/') ? name : basename}-`)]: {
        content_type: 'application/octet-stream',
        data: tarball.toString('base64'),
        length: tarball.length,
      },
      ...(publish.provenance === undefined ? {} : bundleAttachment(`${name}-${version}`, publish.provenance)),
    },
  };
  return fetch(`${registry.registryUrl(publish.repository)}${name.replace('/', '%2f')}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${publish.token ?? registry.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(document),
    signal: AbortSignal.timeout(timeoutMilliseconds),
  });
}

/** As text, where the tarball is base64. */
function bundleAttachment(stem: string, bundle: object): object {
  const data = JSON.stringify(bundle);
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  return { [`${stem}.sigstore`]: { content_type: type, data, length: data.length } };
}
