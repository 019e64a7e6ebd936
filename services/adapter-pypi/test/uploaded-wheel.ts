import { createHash } from 'node:crypto';
import { zip } from '@waybill/testing';

export interface UploadedWheel {
  readonly filename: string;
  readonly bytes: Buffer;
  readonly metadata: string;
}

/** A small wheel as a build backend makes it (PEP 427). `text`: what is in its module. */
export function wheelOf(name: string, version: string, { text = 'x = 1\n', headers = '' } = {}): UploadedWheel {
  const stem = `${name.replaceAll(/[-_.]+/g, '_').toLowerCase()}-${version}`;
  const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: A test\n${headers}`;
  const files = new Map([
    [`${name.replaceAll(/[-_.]+/g, '_').toLowerCase()}.py`, text],
    [`${stem}.dist-info/METADATA`, metadata],
    [`${stem}.dist-info/WHEEL`, 'Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ]);
  const record = [...files].map(([path, content]) => {
    const hash = createHash('sha256').update(content).digest('base64url');
    return `${path},sha256=${hash},${String(Buffer.byteLength(content))}`;
  });
  files.set(`${stem}.dist-info/RECORD`, `${[...record, `${stem}.dist-info/RECORD,,`].join('\n')}\n`);
  const bytes = zip([...files].map(([path, content]) => ({ name: path, content })));
  return { filename: `${stem}-py3-none-any.whl`, bytes, metadata };
}

export interface UploadForm {
  readonly contentType: string;
  readonly body: Buffer;
}

/** The form that twine sends for a wheel, with other fields where `change` says so; null leaves one out. */
export async function formFor(
  { filename, bytes }: Pick<UploadedWheel, 'filename' | 'bytes'>,
  change: Readonly<Record<string, string | null>> = {},
): Promise<UploadForm> {
  const [name = '', version = ''] = filename.split('-');
  const fields: Record<string, string | null> = {
    ':action': 'file_upload',
    protocol_version: '1',
    metadata_version: '2.1',
    name,
    version,
    filetype: 'bdist_wheel',
    pyversion: 'py3',
    sha256_digest: createHash('sha256').update(bytes).digest('hex'),
    ...change,
  };
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) if (value !== null) form.append(field, value);
  form.append('content', new Blob([new Uint8Array(bytes)]), filename);
  const encoded = new Response(form);
  return {
    contentType: encoded.headers.get('content-type') ?? '',
    body: Buffer.from(await encoded.arrayBuffer()),
  };
}
