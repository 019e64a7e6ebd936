import type { PackageNames } from './package-names.js';
import { escaped } from './package-names.js';
import { publishDocument } from './publish-document.js';
import type { Step } from './session.js';

export function publishSteps({ plain, scoped }: PackageNames): Step[] {
  const first = publishDocument({ name: plain, version: '1.0.0' });
  const put = { method: 'PUT', path: plain } as const;
  return [
    { name: 'publish by nobody', ...put, as: 'nobody', body: first },
    { name: 'publish with an unknown token', ...put, as: 'an unknown token', body: first },
    { name: 'publish', ...put, body: first },
    {
      name: 'publish of a scoped package (%2f)',
      method: 'PUT',
      path: escaped(scoped),
      body: publishDocument({ name: scoped, version: '1.0.0' }),
    },
    {
      name: 'publish of a scoped package (%2F)',
      method: 'PUT',
      path: scoped.replace('/', '%2F'),
      body: publishDocument({ name: scoped, version: '1.1.0' }),
    },
    {
      name: 'publish of a scoped package (plain slash)',
      method: 'PUT',
      path: scoped,
      body: publishDocument({ name: scoped, version: '1.2.0' }),
    },
    { name: 'publish of a second version', ...put, body: publishDocument({ name: plain, version: '1.1.0' }) },
    {
      name: 'publish of a third version with a tag',
      ...put,
      body: publishDocument({ name: plain, version: '2.0.0', tag: 'next' }),
    },
    { name: 'publish of the same bytes again', ...put, body: first },
    {
      name: 'publish of other bytes under the same version',
      ...put,
      body: publishDocument({ name: plain, version: '1.0.0', text: 'other' }),
    },
  ];
}

/** Bodies that no client sends, each to the name of a package that is there. */
export function malformedPublishSteps({ mangled, unknown }: PackageNames): Step[] {
  const put = { method: 'PUT', path: mangled } as const;
  const { versions, ...withoutVersions } = publishDocument({ name: mangled, version: '3.0.0' });
  const { _attachments, ...withoutAttachment } = publishDocument({ name: mangled, version: '3.0.0' });
  const other = publishDocument({ name: mangled, version: '3.1.0' });
  const two = { ...withoutAttachment, versions: { ...versions, ...other.versions }, _attachments };
  const notSemver = publishDocument({ name: mangled, version: 'newest' });
  const lying = publishDocument({ name: mangled, version: '3.0.0' });
  const [file = ''] = Object.keys(lying._attachments);
  const swapped = { ...lying._attachments[file], data: Buffer.from('no tarball').toString('base64'), length: 10 };
  return [
    { name: 'publish of an honest first version', ...put, body: publishDocument({ name: mangled, version: '1.0.0' }) },
    { name: 'publish of no JSON', ...put, body: Buffer.from('{"name": ') },
    { name: 'publish of nothing', ...put, body: {} },
    { name: 'publish of an array', ...put, body: [] },
    { name: 'publish without versions', ...put, body: withoutVersions },
    { name: 'publish under another name', ...put, path: unknown, body: other },
    { name: 'publish of two versions', ...put, body: two },
    { name: 'publish of a version that is none', ...put, body: notSemver },
    { name: 'publish without attachment', ...put, body: withoutAttachment },
    { name: 'publish of other bytes than declared', ...put, body: { ...lying, _attachments: { [file]: swapped } } },
    { name: 'publish under a name that is none', ...put, path: '.hidden', body: lying },
    {
      name: 'publish as text',
      ...put,
      headers: { 'content-type': 'text/plain' },
      body: publishDocument({ name: mangled, version: '3.2.0' }),
    },
  ];
}
