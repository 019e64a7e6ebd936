import type { NamedVersion } from '@waybill/adapter-conformance';
import { adapterConformance } from '@waybill/adapter-conformance';
import { adapterBusRole } from '@waybill/contracts';
import { service } from '../src/service.js';
import { releasedFile } from './released-file.js';

const project = (slug: string, name: string) => `/pypi/${slug}/simple/${name}/`;
const file = (slug: string, { name, version }: NamedVersion) =>
  `/pypi/${slug}/files/${name}/${name.replaceAll(/[-_.]+/g, '_').toLowerCase()}-${version}-py3-none-any.whl`;

adapterConformance(
  {
    service,
    release: ({ store }, repository, named) => releasedFile(store, repository, named),
    documentTarget: (slug, { name }) => project(slug, name),
    fileTarget: file,
    furtherTargets: (slug, { name }) => [`${project(slug, name)}?format=application/vnd.pypi.simple.v1+json`],
    spellings: ['same-name', 'Same.Name', 'SAME__name', 'same-._name'],
  },
  { role: adapterBusRole('adapter-pypi') },
);
