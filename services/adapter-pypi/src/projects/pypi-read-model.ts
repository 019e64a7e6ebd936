import type { ReadModelOptions } from '@waybill/read-model';
import { cacheTags } from '@waybill/read-model';
import { projectNameIn } from './project-of-purl.js';
import { ProjectEntity } from './project.entity.js';

export const { tagsOfPackage } = cacheTags('pypi');

/** What PyPI's read model has besides that of all ecosystems. */
export const pypiReadModel: ReadModelOptions = {
  service: 'adapter-pypi',
  ecosystem: 'pypi',
  nameIn: projectNameIn,
  packageEntity: ProjectEntity,
  tables: ['pages'],
  moves: { statements: [], leftBehind: ['pages'] },
};
